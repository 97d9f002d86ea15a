import type { HeaderPattern } from '../redaction/header-capture.js';

/** An outgoing request, as a rule of the application's sees it. */
export interface OutgoingTarget {
  /** As it is sent, such as `GET`. */
  readonly method: string;
  /** Absolute, with everything that is sent: nothing in it is redacted. */
  readonly url: string;
}

/** Decides by an outgoing request. */
export type OutgoingPredicate = (target: OutgoingTarget) => boolean;

/**
 * Names outgoing requests: a host (`api.example.com`, `localhost:3000`, `*.example.com`), the beginning of a URL up to a
 * segment of its path (`https://api.example.com/v1`), a regular expression that is searched in the URL, or a function.
 */
export type OutgoingRule = string | RegExp | OutgoingPredicate;

/** Which headers of outgoing requests are recorded as `http.request.header.<name>` and `http.response.header.<name>`. */
export interface OutgoingHeaderOptions {
  /**
   * Headers of the request: names, globs such as `x-*`, regular expressions.
   *
   * @default OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST, then none
   */
  readonly request?: readonly HeaderPattern[];
  /**
   * Headers of the response.
   *
   * @default OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE, then none
   */
  readonly response?: readonly HeaderPattern[];
  /**
   * Further headers whose values become `REDACTED`, beside those that always do and those of
   * OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS.
   *
   * @default []
   */
  readonly sanitize?: readonly HeaderPattern[];
}

/** What is done with outgoing requests: those of `fetch`, undici, `node:http` and `node:https`. */
export interface OutgoingOptions {
  /**
   * To whom the trace context and the baggage are sent.
   *
   * @default to everybody
   */
  readonly propagateTo?: readonly OutgoingRule[];
  /**
   * Requests that leave no span. They are measured, and carry the context of whoever makes them.
   *
   * @default []
   */
  readonly ignore?: readonly OutgoingRule[];
  /**
   * Whether a request outside any span gets a span of its own, which starts a trace.
   *
   * @default true
   */
  readonly rootRequests?: boolean;
  /** Which headers are recorded. */
  readonly headers?: OutgoingHeaderOptions;
}
