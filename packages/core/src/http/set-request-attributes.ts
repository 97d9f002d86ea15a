import type { Attributes } from '@opentelemetry/api';
import { requestScope } from '../tracing/request-scope.js';

/**
 * Sets attributes on the request that the calling code works for: on its span, on every span that begins beneath it
 * from now on, and on those metrics of it that allow the name (`metrics.attributes`).
 *
 * Does nothing outside a request, and for values that are no attributes. Never throws.
 */
export function setRequestAttributes(attributes: Attributes): void {
  requestScope()?.setAttributes(attributes);
}
