import { SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { normalizeMethod, type NormalizedMethod } from '../http/facts/request-method.js';
import type { ResolvedOutgoingOptions } from '../options/resolved-options.js';
import { contextWithSpan } from '../tracing/own-context.js';
import { setOwnAttributes, startOwnSpan } from '../tracing/own-tracer.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { OutgoingCall, OutgoingPeer, OutgoingResponse } from './outgoing-call.js';
import { failureType } from './outgoing-failure.js';
import { recordedUrl, withPort, type OutgoingUrl } from './outgoing-url.js';
import { recordRequestDuration, type MeasuredCall } from './request-duration.js';

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
  private readonly method: NormalizedMethod;
  private port: number;
  private peer: OutgoingPeer | undefined;
  private response: OutgoingResponse | undefined;
  private ended = false;

  constructor(
    private readonly call: OutgoingCall,
    private readonly start: OutgoingStart,
    private readonly options: ResolvedOutgoingOptions,
  ) {
    this.method = normalizeMethod(call.method);
    this.port = start.url.port;
    this.span = start.hasSpan ? this.startSpan() : undefined;
    this.context = this.span === undefined ? start.caller : contextWithSpan(start.caller, this.span);
  }

  /** The connection that it goes over is known. */
  connected(peer: OutgoingPeer): void {
    this.peer = peer.address === undefined ? this.peer : peer;
    if (this.start.url.isPortOpen && peer.port !== undefined && !this.ended) {
      this.port = peer.port;
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

  private startSpan(): Span {
    const { method, start, options, call } = this;
    const attributes = options.capturesHeaders
      ? { ...initialAttributes(method, start), ...options.headers.request(call.headers.all()) }
      : () => initialAttributes(method, start);
    const begin = { name: method.spanName, kind: SpanKind.CLIENT, attributes, startMillis: this.startMillis };
    return startOwnSpan(trace.getTracer(SCOPE_NAME, VERSION), begin, start.caller);
  }

  private finish(failure: { readonly error: unknown } | undefined): void {
    const durationMillis = performance.now() - this.startTick;
    const { span, response } = this;
    const statusCode = response?.statusCode;
    const isRefused = statusCode !== undefined && statusCode >= 400;
    if (failure !== undefined && statusCode === undefined) {
      this.start.onAttempt(undefined);
    }
    // Nobody reads on in what has told where to go.
    const isFailed = failure !== undefined && !isRedirect(statusCode);
    const errorType = isRefused ? String(statusCode) : isFailed ? failureType(failure.error, statusCode !== undefined) : undefined;
    const { scheme, address } = this.start.url;
    const protocolVersion = response?.protocolVersion;
    const measured = { method: this.method.name, address, port: this.port, scheme, statusCode, protocolVersion, errorType };
    recordRequestDuration(durationMillis / 1000, measured, this.context);
    if (span === undefined) {
      return;
    }
    if (span.isRecording()) {
      setOwnAttributes(span, finalAttributes(measured, this.peer));
    }
    if (errorType !== undefined) {
      // The description is left out where the status code says it.
      span.setStatus({ code: SpanStatusCode.ERROR, ...(isRefused ? {} : { message: errorType }) });
    }
    span.end(this.startMillis + durationMillis);
  }
}

function initialAttributes(method: NormalizedMethod, { url, resends }: OutgoingStart): Attributes {
  const attributes: Attributes = {
    'http.request.method': method.name,
    'server.address': url.address,
    'server.port': url.port,
    'url.full': recordedUrl(url),
  };
  if (method.original !== undefined) {
    attributes['http.request.method_original'] = method.original;
  }
  if (resends > 0) {
    attributes['http.request.resend_count'] = resends;
  }
  return attributes;
}

function finalAttributes({ statusCode, protocolVersion, errorType }: MeasuredCall, peer: OutgoingPeer | undefined): Attributes {
  const attributes: Attributes = {};
  if (statusCode !== undefined) {
    attributes['http.response.status_code'] = statusCode;
  }
  if (protocolVersion !== undefined) {
    attributes['network.protocol.version'] = protocolVersion;
  }
  if (errorType !== undefined) {
    attributes['error.type'] = errorType;
  }
  if (peer?.address !== undefined && peer.address !== '') {
    attributes['network.peer.address'] = peer.address;
    if (peer.port !== undefined) {
      attributes['network.peer.port'] = peer.port;
    }
  }
  return attributes;
}

function isRedirect(statusCode = 0): boolean {
  return statusCode >= 300 && statusCode < 400;
}
