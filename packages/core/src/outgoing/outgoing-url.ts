import { parseHost } from '../http/facts/request-facts.js';
import { redactUrl } from '../redaction/url-redaction.js';
import { parseUrl } from '../text/url-parsing.js';
import type { OutgoingCall } from './outgoing-call.js';

/** Whom a request is for, and the whole of its URL. */
export interface OutgoingUrl {
  readonly scheme: 'http' | 'https';
  readonly address: string;
  /** That of the scheme, where another one is not known. */
  readonly port: number;
  /** With everything that is sent, secrets too: for rules and comparisons, never for a record. */
  readonly text: string;
  /** Whether the port is that of the connection, which is not known yet. */
  readonly isPortOpen: boolean;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** What a host is called that can't be read. */
const UNKNOWN_HOST = 'unknown';

/**
 * Finds the URL of a request: the target where that is absolute, otherwise the host with the target. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export function outgoingUrl({ method, scheme, authority, path, isPortMissing = false }: OutgoingCall): OutgoingUrl {
  if (method === 'CONNECT' && parseHost(path) !== undefined) {
    // A tunnel is for whom its target names, whoever is asked for it.
    return { ...urlOf(scheme, path, '/'), isPortOpen: false };
  }
  const target = /^[/?]/.test(path) ? path : '/';
  return absoluteUrl(path) ?? { ...urlOf(scheme, authority, target), isPortOpen: isPortMissing };
}

/** The URL as it may be recorded: absolute, without user-info and secrets. */
export function recordedUrl({ scheme, address, port, text }: OutgoingUrl): string {
  const redacted = redactUrl(text);
  return parseUrl(redacted) === undefined ? originOf({ scheme, address, port }) : redacted;
}

/** A request through a proxy names its target whole. */
function absoluteUrl(path: string): OutgoingUrl | undefined {
  const url = /^https?:\/\//i.test(path) ? parseUrl(path) : undefined;
  if (url === undefined) {
    return undefined;
  }
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  return { ...urlOf(scheme, url.host, '/'), text: path, isPortOpen: false };
}

function urlOf(scheme: 'http' | 'https', authority: string, path: string): Omit<OutgoingUrl, 'isPortOpen'> {
  const host = parseHost(authority);
  if (host === undefined) {
    const unknown = { scheme, address: UNKNOWN_HOST, port: DEFAULT_PORTS[scheme] };
    return { ...unknown, text: `${originOf(unknown)}${path.replace(/^\//, '')}` };
  }
  const { address, port = DEFAULT_PORTS[scheme] } = host;
  return { scheme, address, port, text: `${scheme}://${authority}${path}` };
}

/** The same URL with the port that the client has connected to. */
export function withPort(url: OutgoingUrl, port: number): OutgoingUrl {
  const { scheme, address, text } = url;
  const origin = originOf({ scheme, address, port: url.port });
  return text.startsWith(origin)
    ? { ...url, port, text: originOf({ scheme, address, port }) + text.slice(origin.length), isPortOpen: false }
    : { ...url, port, isPortOpen: false };
}

function originOf({ scheme, address, port }: Pick<OutgoingUrl, 'scheme' | 'address' | 'port'>): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}/`;
}
