import type { Context } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { requestScope, type RequestScope } from '../tracing/request-scope.js';

/**
 * Knows of each span the request that it was made for: a request can turn out to be left out when spans beneath it have
 * begun, or ended, already.
 */
export class RequestSpans implements SpanProcessor {
  private readonly scopes = new WeakMap<object, RequestScope>();

  onStart(span: object, parent: Context): void {
    const scope = requestScope(parent);
    if (scope !== undefined) {
      this.scopes.set(span, scope);
    }
  }

  onEnd(): void {}

  /** Whether a span belongs to a request that is left out, as far as that is known by now. */
  isLeftOut(span: object): boolean {
    return this.scopes.get(span)?.ignored === true;
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
