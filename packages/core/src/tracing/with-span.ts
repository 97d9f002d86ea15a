import { types } from 'node:util';
import { context, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { startDeferred } from '../deferred-start.js';
import { sharedState } from '../shared-state.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import { describeException, recordException } from './exception.js';
import { traceGenerator } from './generator.js';
import { contextWithSpan } from './own-context.js';
import { isThenable, traceThenable } from './thenable.js';

/**
 * Runs a function within a span of its own, a child of the active one, and ends the span when the function has
 * returned, its promise has settled, or its generator has finished.
 *
 * An error is recorded, sets the span's status, and is thrown on unchanged. Of nested spans of the application only the
 * innermost gets its `exception` event. A thenable that is no promise, such as a query builder, is left to whoever
 * awaits it, and the span ends with that.
 *
 * @param name - the span's name: of low cardinality, such as `charge card`
 * @param fn - gets the span
 * @returns what the function returns
 */
export function withSpan<T>(name: string, fn: (span: Span) => T): T;
export function withSpan<T>(name: string, attributes: Attributes, fn: (span: Span) => T): T;
export function withSpan<T>(
  name: string,
  ...rest: [(span: Span) => T] | [attributes: Attributes, fn: (span: Span) => T]
): T {
  const [attributes, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
  if (typeof name !== 'string' || typeof fn !== 'function') {
    throw new TypeError(`[otelier] withSpan(name, fn): got ${typeof name}, ${typeof fn}. Allowed: a text, a function.`);
  }
  return runInSpan({ name, attributes }, fn);
}

/** What a span of the application's own begins with. */
export interface SpanStart {
  readonly name: string;
  readonly attributes: Attributes;
}

/** The shared part of {@link withSpan}, `traced` and `@Traced`. */
export function runInSpan<T>(start: SpanStart, fn: (span: Span) => T): T {
  startDeferred();
  const { name, attributes } = start;
  const span = trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, { attributes });
  const within = contextWithSpan(context.active(), span);
  let result: T;
  try {
    result = context.with(within, fn, undefined, span);
  } catch (error) {
    endWithError(span, error);
    throw error;
  }
  return endWithResult(span, within, result);
}

function endWithResult<T>(span: Span, within: Context, result: T): T {
  const done = {
    succeeded: () => span.end(),
    failed: (error: unknown) => endWithError(span, error),
  };
  if (types.isPromise(result)) {
    // The caller keeps the very promise that the function made; this branch only looks on.
    result.then(done.succeeded, done.failed);
    return result;
  }
  if (isThenable(result)) {
    return traceThenable(result, within, done);
  }
  const generator = traceGenerator(result, within, done);
  if (generator === undefined) {
    span.end();
    return result;
  }
  return generator;
}

function endWithError(span: Span, error: unknown): void {
  const exception = describeException(error);
  if (isNew(error)) {
    recordException(span, exception);
  }
  span.setAttribute('error.type', exception.type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
  span.end();
}

/** Whether no span of the application has recorded this error object yet. */
function isNew(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) {
    return true;
  }
  const recorded = sharedState('tracing.recorded-errors', () => new WeakSet<object>());
  const isFirst = !recorded.has(error);
  recorded.add(error);
  return isFirst;
}
