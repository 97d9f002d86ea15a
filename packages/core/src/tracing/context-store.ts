import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';

/**
 * Where this process keeps the active OpenTelemetry context, as far as Otelier's context manager is registered.
 *
 * A tracing channel that is bound to it enters a context by itself. It must be the storage itself: a stand-in that
 * passes `run` on to the OpenTelemetry API is not called any more from Node 26 on, which enters its stores another way.
 */
export function contextStore(): AsyncLocalStorage<Context> {
  return sharedState('context-store', () => new AsyncLocalStorage<Context>());
}
