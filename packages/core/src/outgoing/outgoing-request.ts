import { SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { normalizeMethod } from '../http/facts/request-method.js';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import { contextWithSpan } from '../tracing/own-context.js';
import { startOwnSpan } from '../tracing/own-tracer.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { OutgoingCall, OutgoingPeer, OutgoingResponse } from './outgoing-call.js';
import { failureType } from './outgoing-failure.js';
import { recordedUrl, withPort, type OutgoingUrl } from './outgoing-url.js';
import { requestDuration } from './request-duration.js';

/** What is known of a request before it begins, beside what the client tells of it. */
export interface OutgoingStart {
  readonly url: OutgoingUrl;
  /** The context of whoever makes it. */
  readonly caller: Context;
  /** How often it has been sent before. */
  readonly resends: number;
  readonly hasSpan: boolean;
  /** Called when it is known that the client may send the request again, or follow it to where it leads. */
  readonly onAttempt: (response: OutgoingResponse | undefined) => void;
}

/**
 * One outgoing request: its CLIENT span, and its duration metric.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export class OutgoingRequest {
  /** The context with the request's span, which is what is propagated. */
  readonly context: Context;
  private readonly span: Span | undefined;
  private readonly startMillis = Date.now();
  private readonly startTick = performance.now();
  private attributes: Attributes;
  private readonly scheme: string;
  private peer: OutgoingPeer | undefined;
  private response: OutgoingResponse | undefined;
  private ended = false;

  constructor(
    private readonly call: OutgoingCall,
    private readonly start: OutgoingStart,
    private readonly options: ResolvedOutgoingOptions,
  ) {
    const { scheme, address, port } = start.url;
    const method = normalizeMethod(call.method);
    this.attributes = {
      'http.request.method': method.name,
      'server.address': address,
      'server.port': port,
    };
    this.scheme = scheme;
    this.span = start.hasSpan ? this.startSpan(method.spanName, method.original) : undefined;
    this.context = this.span === undefined ? start.caller : contextWithSpan(start.caller, this.span);
  }

  /** The connection that it goes over is known. */
  connected(peer: OutgoingPeer): void {
    this.peer = peer.address === undefined ? this.peer : peer;
    if (this.start.url.isPortOpen && peer.port !== undefined && !this.ended) {
      this.attributes = { ...this.attributes, 'server.port': peer.port };
      const url = recordedUrl(withPort(this.start.url, peer.port));
      this.span?.setAttributes({ 'server.port': peer.port, 'url.full': url });
    }
  }

  /** The head of the response has arrived; of several the last one counts. */
  responded(response: OutgoingResponse): void {
    if (this.ended) {
      return;
    }
    this.response = response;
    this.start.onAttempt(response);
    if (this.options.capturesHeaders && this.span?.isRecording() === true) {
      this.span.setAttributes(this.options.headers.response(response.headers()));
    }
  }

  /**
   * The response has been read to its end, or nobody will; later calls do nothing. Never throws.
   *
   * @param failure - what went wrong, which can be anything that can be thrown
   */
  end(failure?: { readonly error: unknown }): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    try {
      this.finish(failure);
    } catch (error) {
      reportInternalError('ending the span of an outgoing request', error);
    }
  }

  private startSpan(name: string, originalMethod: string | undefined): Span {
    const { url, resends, caller } = this.start;
    const attributes: Attributes = {
      ...this.attributes,
      'url.full': recordedUrl(url),
      ...(originalMethod === undefined ? {} : { 'http.request.method_original': originalMethod }),
      ...(resends > 0 ? { 'http.request.resend_count': resends } : {}),
      ...(this.options.capturesHeaders ? this.options.headers.request(this.call.headers.all()) : {}),
    };
    const begin = { name, kind: SpanKind.CLIENT, attributes, startMillis: this.startMillis };
    return startOwnSpan(trace.getTracer(SCOPE_NAME, VERSION), begin, caller);
  }

  private finish(failure: { readonly error: unknown } | undefined): void {
    const durationMillis = performance.now() - this.startTick;
    const { statusCode, protocolVersion } = this.response ?? {};
    const isRefused = statusCode !== undefined && statusCode >= 400;
    if (failure !== undefined && statusCode === undefined) {
      this.start.onAttempt(undefined);
    }
    // Nobody reads on in what has told where to go.
    const isFailed = failure !== undefined && !isRedirect(statusCode);
    const errorType = isRefused ? String(statusCode) : isFailed ? failureType(failure.error, statusCode !== undefined) : undefined;
    const outcome: Attributes = {
      ...(statusCode === undefined ? {} : { 'http.response.status_code': statusCode }),
      ...(protocolVersion === undefined ? {} : { 'network.protocol.version': protocolVersion }),
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
    };
    const measured = { ...this.attributes, 'url.scheme': this.scheme, ...outcome };
    requestDuration().record(durationMillis / 1000, measured, this.context);
    if (this.span === undefined) {
      return;
    }
    this.span.setAttributes({ ...outcome, ...peerAttributes(this.peer) });
    if (errorType !== undefined) {
      // The description is left out where the status code says it.
      this.span.setStatus({ code: SpanStatusCode.ERROR, ...(isRefused ? {} : { message: errorType }) });
    }
    this.span.end(this.startMillis + durationMillis);
  }
}

function isRedirect(statusCode = 0): boolean {
  return statusCode >= 300 && statusCode < 400;
}

function peerAttributes(peer: OutgoingPeer | undefined): Attributes {
  if (peer?.address === undefined || peer.address === '') {
    return {};
  }
  return {
    'network.peer.address': peer.address,
    ...(peer.port === undefined ? {} : { 'network.peer.port': peer.port }),
  };
}
