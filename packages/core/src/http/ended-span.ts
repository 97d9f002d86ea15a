import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { recordException } from '../tracing/exception.js';
import { setOwnAttributes } from '../tracing/own-tracer.js';
import { resultAttributes } from './facts/result-attributes.js';
import type { RequestErrors } from './request-errors.js';
import type { RequestResult } from './request-result.js';

/** What is known of a request when it has ended. */
export interface KnownEnd {
  readonly result: RequestResult;
  /** `undefined` for the name that the span has. */
  readonly name: string | undefined;
  readonly route: string | undefined;
  readonly errors: RequestErrors;
  /** Those headers of the answer that are recorded; `undefined` for none. */
  readonly headers: Attributes | undefined;
  /** What the application has set for the request, which wins. */
  readonly attributes: Attributes | undefined;
}

/** Gives a span what is known of its request at the end. */
export function describeEnd(span: Span, { result, name, route, errors, headers, attributes }: KnownEnd): void {
  if (name !== undefined) {
    span.updateName(name);
  }
  setOwnAttributes(span, resultAttributes(result, route));
  if (headers !== undefined) {
    setOwnAttributes(span, headers);
  }
  if (attributes !== undefined) {
    setOwnAttributes(span, attributes);
  }
  if (errors.last !== undefined) {
    errors.recordedFor(result).forEach((error) => recordException(span, error.facts, error.time));
  }
  if (result.failed) {
    const message = errors.last?.facts.message;
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }
}
