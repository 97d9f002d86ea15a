import { parseHost, type HostParts } from '../http/facts/request-facts.js';
import { redactUrl } from '../redaction/url-redaction.js';
import { heldState } from '../shared-state.js';
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
  /** Whether the text is known to be a URL, because its host makes one. */
  readonly isUrl: boolean;
}

/** A host as it is addressed. */
interface KnownHost {
  readonly parts: HostParts | undefined;
  readonly isUrl: boolean;
}

/** Programs ask few hosts; a crawler's further ones are read each time. */
const MAX_HOSTS = 300;

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
    return urlOf(scheme, path, { path: '/', isPortOpen: false });
  }
  if (path.startsWith('/')) {
    return urlOf(scheme, authority, { path, isPortOpen: isPortMissing });
  }
  return absoluteUrl(path) ?? urlOf(scheme, authority, { path: path.startsWith('?') ? path : '/', isPortOpen: isPortMissing });
}

/** The URL as it may be recorded: absolute, without user-info and secrets. */
export function recordedUrl({ scheme, address, port, text, isUrl }: OutgoingUrl): string {
  const redacted = redactUrl(text);
  if (isUrl && redacted === text) {
    return text;
  }
  return parseUrl(redacted) === undefined ? originOf({ scheme, address, port }) : redacted;
}

/** A request through a proxy names its target whole. */
function absoluteUrl(path: string): OutgoingUrl | undefined {
  const url = /^https?:\/\//i.test(path) ? parseUrl(path) : undefined;
  if (url === undefined) {
    return undefined;
  }
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  return { ...urlOf(scheme, url.host, { path: '/', isPortOpen: false }), text: path, isUrl: false };
}

function urlOf(
  scheme: 'http' | 'https',
  authority: string,
  { path, isPortOpen }: { readonly path: string; readonly isPortOpen: boolean },
): OutgoingUrl {
  const { parts, isUrl } = hostOf(authority);
  if (parts === undefined) {
    const unknown = { scheme, address: UNKNOWN_HOST, port: DEFAULT_PORTS[scheme] };
    return { ...unknown, text: `${originOf(unknown)}${path.replace(/^\//, '')}`, isPortOpen, isUrl: false };
  }
  const { address, port = DEFAULT_PORTS[scheme] } = parts;
  return { scheme, address, port, text: `${scheme}://${authority}${path}`, isPortOpen, isUrl: isUrl && path.startsWith('/') };
}

const knownHosts = heldState('outgoing.hosts', () => new Map<string, KnownHost>());

function hostOf(authority: string): KnownHost {
  const hosts = knownHosts();
  const known = hosts.get(authority);
  if (known !== undefined) {
    return known;
  }
  const parts = parseHost(authority);
  // Behind a host that can be read, no path and no query is wrong.
  const host = { parts, isUrl: parts !== undefined && parseUrl(`http://${authority}/`) !== undefined };
  if (parts !== undefined && hosts.size < MAX_HOSTS) {
    hosts.set(authority, host);
  }
  return host;
}

/** The same URL with the port that the client has connected to. */
export function withPort(url: OutgoingUrl, port: number): OutgoingUrl {
  const { scheme, address, text } = url;
  const origin = originOf({ scheme, address, port: url.port });
  return text.startsWith(origin)
    ? { ...url, port, text: originOf({ scheme, address, port }) + text.slice(origin.length), isPortOpen: false, isUrl: false }
    : { ...url, port, isPortOpen: false };
}

function originOf({ scheme, address, port }: Pick<OutgoingUrl, 'scheme' | 'address' | 'port'>): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}/`;
}
