import type { Attributes } from '@opentelemetry/api';
import { redactHeaderValue } from '../../redaction/header-redaction.js';
import { redactPath, redactQuery } from '../../redaction/url-redaction.js';
import { parseHost, type RequestFacts } from './request-facts.js';
import { remembered } from './remembered.js';
import type { RequestHead } from './request-head.js';
import type { NormalizedMethod } from './request-method.js';
import type { RequestTarget } from './request-target.js';

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const MAX_ADDRESS_LENGTH = 255;

/** A server has few names, and most requests come from few kinds of clients. */
const knownHost = remembered(parseHost);
const shownUserAgent = remembered((userAgent: string | undefined) => userAgent && redactHeaderValue('user-agent', userAgent));

/**
 * The attributes of a SERVER span that are known when the request arrives.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-semantic-conventions
 */
export function requestAttributes(
  request: RequestHead,
  method: NormalizedMethod,
  { facts, target }: { readonly facts: RequestFacts; readonly target: RequestTarget },
): Attributes {
  const { path, query } = target;
  const { socket } = request;
  const attributes: Attributes = {
    'http.request.method': method.name,
    'url.path': redactPath(path),
  };
  setFacts(attributes, facts);
  setKnown(attributes, 'network.protocol.version', protocolVersion(request));
  setKnown(attributes, 'http.request.method_original', method.original);
  setKnown(attributes, 'url.query', query === undefined ? undefined : redactQuery(query));
  setKnown(attributes, 'network.peer.address', socket?.remoteAddress);
  setKnown(attributes, 'network.peer.port', socket?.remotePort);
  setKnown(attributes, 'user_agent.original', shownUserAgent(request.headers['user-agent']));
  return attributes;
}

/** The attributes that depend on what a framework trusts. */
export function factAttributes(facts: RequestFacts): Attributes {
  const attributes: Attributes = {};
  setFacts(attributes, facts);
  return attributes;
}

function setFacts(attributes: Attributes, { scheme, host, clientAddress }: RequestFacts): void {
  const server = knownHost(host);
  attributes['url.scheme'] = scheme;
  setKnown(attributes, 'server.address', server?.address);
  setKnown(attributes, 'server.port', server === undefined ? undefined : (server.port ?? DEFAULT_PORTS[scheme]));
  // A trusted proxy hands on what it was told.
  setKnown(attributes, 'client.address', clientAddress?.slice(0, MAX_ADDRESS_LENGTH) || undefined);
}

/** `1.1`, or `2` for HTTP/2, as the conventions write it; `undefined` for a request that could not be read. */
export function protocolVersion({ httpVersion, httpVersionMajor }: RequestHead): string | undefined {
  const version = httpVersionMajor >= 2 ? String(httpVersionMajor) : httpVersion;
  return version === '' ? undefined : version;
}

function setKnown(attributes: Attributes, name: string, value: string | number | undefined): void {
  if (value !== undefined) {
    attributes[name] = value;
  }
}
