import type { Span } from '@opentelemetry/api';
import type { IgnoreTarget } from './ignore-rules.js';
import type { HeaderCapture } from '../redaction/header-capture.js';

/** The application's hooks, which do not throw; `undefined` for those that are not given. */
export interface ResolvedHooks {
  readonly onRequest: ((span: Span, request: object) => void) | undefined;
  readonly onResponse: ((span: Span, request: object, response: object) => void) | undefined;
  readonly spanName: ((request: object) => string | undefined) | undefined;
  /** Whatever the application's function answers: the caller reads the attributes in it. */
  readonly metricAttributes: ((request: object, response: object) => unknown) | undefined;
}

/** How one adapter, or one route of it, observes requests: settled once and frozen. */
export interface ResolvedRequestOptions {
  readonly isPublic: (request: object) => boolean;
  readonly isIgnored: (target: IgnoreTarget) => boolean;
  /** Whether ignored requests are left out of the metrics too. */
  readonly ignoresMetrics: boolean;
  readonly headers: HeaderCapture;
  readonly capturesResponseHeaders: boolean;
  /** Properties of the request that become attributes. */
  readonly requestAttributes: readonly string[];
  /** Request attributes that the metrics carry. */
  readonly metricAttributes: readonly string[];
  readonly layers: boolean;
  readonly responsePropagation: boolean;
  readonly bodySizes: boolean;
  readonly hooks: ResolvedHooks;
}
