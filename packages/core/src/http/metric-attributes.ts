import type { Attributes } from '@opentelemetry/api';
import type { FrameworkView } from './observation-parts.js';
import { readAttributes } from './facts/request-properties.js';

/**
 * What the application adds to the measurements of a request; `undefined` for nothing.
 *
 * @param attributes - those that it has set for the request
 */
export function addedMetricAttributes(
  { options, framework }: Pick<FrameworkView, 'options' | 'framework'>,
  attributes: Attributes | undefined,
): Attributes | undefined {
  const { metricAttributes } = options.hooks;
  if (metricAttributes === undefined && (attributes === undefined || options.metricAttributes.length === 0)) {
    return undefined;
  }
  const allowed = attributes === undefined ? [] : options.metricAttributes.filter((name) => name in attributes);
  const all = {
    ...readAttributes(metricAttributes?.(framework.request, framework.response)),
    ...Object.fromEntries(allowed.map((name) => [name, attributes?.[name]])),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}
