import type { IncomingMessage } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import { parseHost, type RequestFacts } from './request-facts.js';
import type { NormalizedMethod } from './request-method.js';
import { parseTarget } from './request-target.js';
import { redactQuery } from './url-redaction.js';

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const MAX_USER_AGENT_LENGTH = 1024;

/**
 * The attributes of a SERVER span that are known when the request arrives.
 *
 * @param target - the request line's target before any router changed it
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-semantic-conventions
 */
export function requestAttributes(
  request: IncomingMessage,
  method: NormalizedMethod,
  { facts, target }: { readonly facts: RequestFacts; readonly target: string | undefined },
): Attributes {
  const { path, query } = parseTarget(target);
  const server = parseHost(facts.host);
  const { socket } = request;
  const attributes: Attributes = {
    'http.request.method': method.name,
    'url.scheme': facts.scheme,
    'url.path': path,
    'network.protocol.version': protocolVersion(request),
  };
  setKnown(attributes, 'http.request.method_original', method.original);
  setKnown(attributes, 'url.query', query === undefined ? undefined : redactQuery(query));
  setKnown(attributes, 'server.address', server?.address);
  setKnown(attributes, 'server.port', server === undefined ? undefined : (server.port ?? DEFAULT_PORTS[facts.scheme]));
  setKnown(attributes, 'client.address', facts.clientAddress);
  setKnown(attributes, 'network.peer.address', socket?.remoteAddress);
  setKnown(attributes, 'network.peer.port', socket?.remotePort);
  setKnown(attributes, 'user_agent.original', request.headers['user-agent']?.slice(0, MAX_USER_AGENT_LENGTH));
  return attributes;
}

/** `1.1`, or `2` for HTTP/2, as the conventions write it. */
export function protocolVersion(request: IncomingMessage): string {
  return request.httpVersionMajor >= 2 ? String(request.httpVersionMajor) : request.httpVersion;
}

function setKnown(attributes: Attributes, name: string, value: string | number | undefined): void {
  if (value !== undefined) {
    attributes[name] = value;
  }
}
