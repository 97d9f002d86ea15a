import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes, Span } from '@opentelemetry/api';
import type { IgnoreRule, RequestPredicate } from './ignore-rules.js';
import type { HeaderPattern } from '../redaction/header-capture.js';
import type { OtelOptions } from './otel-options.js';

/** Which requests leave no spans. */
export interface IgnoreOptions<Request = IncomingMessage> {
  /**
   * Paths, globs, regular expressions and predicates.
   *
   * @default [], beside OTEL_NODE_EXCLUDED_URLS
   */
  readonly requests?: readonly IgnoreRule<Request>[];
  /**
   * Whether the usual health probes are ignored: `/health`, `/healthz`, `/livez`, `/readyz`, `/ready`, `/live`, `/ping`
   * and `/metrics`.
   *
   * @default false
   */
  readonly healthProbes?: boolean;
  /**
   * Whether ignored requests are left out of the metrics too.
   *
   * @default false
   */
  readonly metrics?: boolean;
}

/** Which headers are recorded as `http.request.header.<name>` and `http.response.header.<name>`. */
export interface HeaderOptions {
  /**
   * Headers of the request: names, globs such as `x-*`, regular expressions.
   *
   * @default OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST, then none
   */
  readonly request?: readonly HeaderPattern[];
  /**
   * Headers of the response.
   *
   * @default OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE, then none
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

/** What is measured of requests, beyond the duration and the number of active ones. */
export interface RequestMetricOptions {
  /**
   * Whether the sizes of bodies are measured, in bytes as they were transferred.
   *
   * @default false
   */
  readonly bodySizes?: boolean;
  /**
   * The names of request attributes ({@link setRequestAttributes}) that the metrics carry too. Each value of theirs is
   * a series of its own.
   *
   * @default []
   */
  readonly attributes?: readonly string[];
}

/** What can be set for single routes too, where the framework knows the route before its first hook. */
export interface RouteOptions<Request = IncomingMessage, Response = ServerResponse> {
  /**
   * Whether callers are strangers: their trace context becomes a link of a new trace instead of its parent, and their
   * baggage is left out.
   *
   * @default false
   */
  readonly publicEndpoint?: boolean | RequestPredicate<Request>;
  /** Which headers are recorded. */
  readonly headers?: HeaderOptions;
  /**
   * Properties of the framework's request that become attributes of the same name, such as `user.id`; read when the
   * response has ended.
   *
   * @default []
   */
  readonly requestAttributes?: readonly string[];
  /**
   * Whether middleware, hooks and handlers get INTERNAL spans of their own.
   *
   * @default false
   */
  readonly layers?: boolean;
  /**
   * Whether the response tells its trace to the caller: in `traceresponse` and in `Server-Timing`, which browsers read.
   *
   * @default false
   */
  readonly responsePropagation?: boolean;
  /** What else is measured. */
  readonly metrics?: RequestMetricOptions;
  /** Called when the span has begun. */
  onRequest?(span: Span, request: Request): void;
  /** Called when the response has ended, before the span does. */
  onResponse?(span: Span, request: Request, response: Response): void;
  /** A name for the span in place of method and route; asked when the response has ended. */
  spanName?(request: Request): string | undefined;
  /** Further attributes of the request's metrics. Each value is a series of its own: keep them few. */
  metricAttributes?(request: Request, response: Response): Attributes | undefined;
}

/** What can be set where a framework's adapter is registered. */
export interface RequestOptions<Request = IncomingMessage, Response = ServerResponse> extends RouteOptions<
  Request,
  Response
> {
  /**
   * Options of the set-up that the adapter makes when nothing has set up OpenTelemetry yet; `false` leaves the set-up
   * to the application.
   *
   * @default {} set up from the environment
   */
  readonly otel?: OtelOptions | false;
  /** Requests that leave no spans, and beneath which nothing does: rules, or rules with more choices. */
  readonly ignore?: IgnoreOptions<Request> | readonly IgnoreRule<Request>[];
}
