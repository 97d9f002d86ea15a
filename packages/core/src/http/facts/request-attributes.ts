import type { Attributes } from '@opentelemetry/api';
import { AttributeSource, type AttributePart, type SharedAttributes } from '../../tracing/attribute-parts.js';
import { NOTHING_CAPTURED, type HeaderCapture } from '../../redaction/header-capture.js';
import { redactPath, redactQuery } from '../../redaction/url-redaction.js';
import { userAgentPart } from './client-part.js';
import { peerPart } from './peer-part.js';
import type { RequestFacts } from './request-facts.js';
import type { RequestHead } from './request-head.js';
import type { NormalizedMethod } from './request-method.js';
import type { RequestTarget } from './request-target.js';
import { serverAttributes, serverPart } from './server-part.js';

const MAX_ADDRESS_LENGTH = 255;

/** So many there are without captured headers. */
const MAX_PLAIN = 12;

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
  /** Until they are prepared: a span can outlive its request. */
  private arrival: RequestArrival | undefined;
  private readonly method: NormalizedMethod;
  private readonly target: RequestTarget;
  private readonly facts: RequestFacts;
  private version: string | undefined = undefined;
  private peer: SharedAttributes | undefined = undefined;
  private isClientPeer = false;
  private userAgent: string | undefined = undefined;
  private captured: Attributes = NOTHING_CAPTURED;

  constructor(arrival: RequestArrival) {
    super();
    this.arrival = arrival;
    this.method = arrival.method;
    this.target = arrival.target;
    this.facts = arrival.facts;
  }

  override prepare(): number {
    if (this.arrival !== undefined) {
      const { head, headers } = this.arrival;
      const { socket } = head;
      const { clientAddress } = this.facts;
      this.isClientPeer = Boolean(clientAddress) && clientAddress === socket?.remoteAddress;
      this.peer = socket ? peerPart(socket, this.isClientPeer) : undefined;
      this.version = protocolVersion(head);
      this.userAgent = head.headers['user-agent'];
      this.captured = headers.request(head.rawHeaders);
      this.arrival = undefined;
    }
    return this.captured === NOTHING_CAPTURED ? MAX_PLAIN : MAX_PLAIN + Object.keys(this.captured).length;
  }

  override parts(): readonly AttributePart[] {
    this.prepare();
    const parts: AttributePart[] = [this.own(), serverPart(this.method.name, this.facts, this.version)];
    if (this.peer !== undefined) {
      parts.push(this.peer);
    }
    const agent = userAgentPart(this.userAgent);
    if (agent !== undefined) {
      parts.push(agent);
    }
    if (this.captured !== NOTHING_CAPTURED) {
      parts.push(this.captured);
    }
    return parts;
  }

  /** What no other request has. */
  private own(): Attributes {
    const { method, target, facts } = this;
    const attributes: Attributes = { 'url.path': redactPath(target.path) };
    if (target.query !== undefined) {
      attributes['url.query'] = redactQuery(target.query);
    }
    if (method.original !== undefined) {
      attributes['http.request.method_original'] = method.original;
    }
    // A trusted proxy hands on what it was told.
    if (facts.clientAddress && !this.isClientPeer) {
      attributes['client.address'] = facts.clientAddress.slice(0, MAX_ADDRESS_LENGTH);
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
export function protocolVersion({ httpVersion, httpVersionMajor, httpVersionMinor }: RequestHead): string | undefined {
  if (httpVersionMajor === 1 && httpVersionMinor === 1) {
    // Node makes its text anew for each request.
    return '1.1';
  }
  const version = httpVersionMajor >= 2 ? String(httpVersionMajor) : httpVersion;
  return version === '' ? undefined : version;
}
