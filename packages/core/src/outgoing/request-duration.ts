import type { Histogram } from '@opentelemetry/api';
import { createHistogram } from '../metrics/create-histogram.js';
import { perProvider } from '../metrics/per-provider.js';
import type { ValueLimits } from '../metrics/value-limits.js';

/** The boundaries that the conventions recommend for durations of HTTP requests, in seconds. */
const DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A crawler asks any number of hosts. `_OTHER` is what the conventions write for an unknown error. */
const VALUE_LIMITS: ValueLimits = {
  'server.address': { max: 300, beyond: '_OTHER' },
  'server.port': { max: 100 },
  'error.type': { max: 100, beyond: '_OTHER' },
};

/**
 * `http.client.request.duration` of the meter provider that is registered now, in seconds.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration
 */
export const requestDuration: () => Histogram = perProvider('outgoing.request-duration', () =>
  createHistogram({
    name: 'http.client.request.duration',
    description: 'Duration of HTTP client requests.',
    unit: 's',
    boundaries: DURATION_BOUNDARIES,
    limits: VALUE_LIMITS,
  }),
);
