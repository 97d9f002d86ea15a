import type { Attributes } from '@opentelemetry/api';
import { AttributeSource, type AttributePart } from '../../tracing/attribute-parts.js';
import type { HeaderCapture } from '../../redaction/header-capture.js';
import { redactPath, redactQuery } from '../../redaction/url-redaction.js';
import { userAgentPart } from './client-part.js';
import { peerPart } from './peer-part.js';
import type { RequestFacts } from './request-facts.js';
import type { RequestHead } from './request-head.js';
import type { NormalizedMethod } from './request-method.js';
import type { RequestTarget } from './request-target.js';
import { serverAttributes, serverPart } from './server-part.js';

const MAX_ADDRESS_LENGTH = 255;

/** What the attributes of a request's beginning are made of. */
export interface RequestArrival {
  readonly head: RequestHead;
  readonly method: NormalizedMethod;
  readonly target: RequestTarget;
  readonly facts: RequestFacts;
  /** The headers that are recorded. */
  readonly headers: HeaderCapture;
}

/**
 * The attributes of a SERVER span that are known when the request arrives. Most of them are those of another request too:
 * of the same server, the same connection, the same client program.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-semantic-conventions
 */
export class RequestAttributes extends AttributeSource {
  constructor(private readonly arrival: RequestArrival) {
    super();
  }

  override parts(): readonly AttributePart[] {
    const { head, method, facts, headers } = this.arrival;
    const { socket } = head;
    const clientAddress = facts.clientAddress?.slice(0, MAX_ADDRESS_LENGTH) || undefined;
    const isPeer = clientAddress !== undefined && clientAddress === socket?.remoteAddress;
    const parts: AttributePart[] = [this.own(isPeer ? undefined : clientAddress)];
    parts.push(serverPart(method.name, facts, protocolVersion(head)));
    if (socket) {
      parts.push(peerPart(socket, isPeer));
    }
    const agent = userAgentPart(head.headers['user-agent']);
    if (agent !== undefined) {
      parts.push(agent);
    }
    const captured = headers.request(head.rawHeaders);
    if (Object.keys(captured).length > 0) {
      parts.push(captured);
    }
    return parts;
  }

  /** What no other request has. */
  private own(clientAddress: string | undefined): Attributes {
    const { method, target } = this.arrival;
    const attributes: Attributes = { 'url.path': redactPath(target.path) };
    if (target.query !== undefined) {
      attributes['url.query'] = redactQuery(target.query);
    }
    if (method.original !== undefined) {
      attributes['http.request.method_original'] = method.original;
    }
    // A trusted proxy hands on what it was told.
    if (clientAddress !== undefined) {
      attributes['client.address'] = clientAddress;
    }
    return attributes;
  }
}

/** The attributes that depend on what a framework trusts. */
export function factAttributes(facts: RequestFacts): Attributes {
  const address = facts.clientAddress?.slice(0, MAX_ADDRESS_LENGTH) || undefined;
  return { ...serverAttributes(facts), ...(address === undefined ? {} : { 'client.address': address }) };
}

/** `1.1`, or `2` for HTTP/2, as the conventions write it; `undefined` for a request that could not be read. */
export function protocolVersion({ httpVersion, httpVersionMajor }: RequestHead): string | undefined {
  const version = httpVersionMajor >= 2 ? String(httpVersionMajor) : httpVersion;
  return version === '' ? undefined : version;
}
