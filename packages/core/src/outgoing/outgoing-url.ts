import { parseHost } from '../http/facts/request-facts.js';
import { redactUrl } from '../redaction/url-redaction.js';
import type { OutgoingCall } from './outgoing-call.js';

/** Whom a request is for, and the whole of its URL. */
export interface OutgoingUrl {
  readonly scheme: 'http' | 'https';
  readonly address: string;
  readonly port: number;
  /** With everything that is sent, secrets too: for rules and comparisons, never for a record. */
  readonly text: string;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** What a host is called that can't be read. */
const UNKNOWN_HOST = 'unknown';

/**
 * Finds the URL of a request: the target where that is absolute, otherwise the host with the target. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export function outgoingUrl({ method, scheme, authority, path }: OutgoingCall): OutgoingUrl {
  if (method === 'CONNECT' && parseHost(path) !== undefined) {
    // A tunnel is for whom its target names, whoever is asked for it.
    return urlOf(scheme, path, '/');
  }
  return absoluteUrl(path) ?? urlOf(scheme, authority, /^[/?]/.test(path) ? path : '/');
}

/** The URL as it may be recorded: absolute, without user-info and secrets. */
export function recordedUrl({ scheme, address, port, text }: OutgoingUrl): string {
  const redacted = redactUrl(text);
  return URL.canParse(redacted) ? redacted : originOf({ scheme, address, port });
}

/** A request through a proxy names its target whole. */
function absoluteUrl(path: string): OutgoingUrl | undefined {
  if (!/^https?:\/\//i.test(path) || !URL.canParse(path)) {
    return undefined;
  }
  const { protocol, host } = new URL(path);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { ...urlOf(scheme, host, '/'), text: path };
}

function urlOf(scheme: 'http' | 'https', authority: string, path: string): OutgoingUrl {
  const host = parseHost(authority);
  if (host === undefined) {
    const unknown = { scheme, address: UNKNOWN_HOST, port: DEFAULT_PORTS[scheme] };
    return { ...unknown, text: `${originOf(unknown)}${path}` };
  }
  const { address, port = DEFAULT_PORTS[scheme] } = host;
  return { scheme, address, port, text: `${scheme}://${authority}${path}` };
}

function originOf({ scheme, address, port }: Omit<OutgoingUrl, 'text'>): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}/`;
}
