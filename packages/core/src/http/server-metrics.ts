import { ValueType } from '@opentelemetry/api';
import { createUpDownCounter } from '../metrics/create-up-down-counter.js';
import { createHistogram } from '../metrics/create-histogram.js';
import { perProvider } from '../metrics/per-provider.js';
import type { ValueLimits } from '../metrics/value-limits.js';
import { ActiveRequests } from './active-requests.js';
import { RequestHistogram } from './request-histogram.js';

/** The boundaries that the conventions recommend for durations of HTTP requests, in seconds. */
const DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Powers of four from 64 B to 1 GiB; the conventions recommend none, and the SDK's own end at 10,000 B. */
const SIZE_BOUNDARIES = [0, ...Array.from({ length: 13 }, (_, index) => 64 * 4 ** index)];

/**
 * Error classes can be named after what a client sent, and routes be made of it. Real services have fewer of both.
 * `_OTHER` is what the conventions write for an error without a class.
 */
const VALUE_LIMITS: ValueLimits = { 'error.type': { max: 100, beyond: '_OTHER' }, 'http.route': { max: 1000 } };

/**
 * The instruments of HTTP servers, with the number of their series bounded.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export interface ServerInstruments {
  /** `http.server.request.duration`, in seconds. */
  readonly duration: RequestHistogram;
  /** `http.server.active_requests`. */
  readonly activeRequests: ActiveRequests;
}

/** The instruments for the sizes of bodies, which exist only where somebody wants them. */
export interface BodySizeInstruments {
  /** `http.server.request.body.size`, in bytes. */
  readonly request: RequestHistogram;
  /** `http.server.response.body.size`, in bytes. */
  readonly response: RequestHistogram;
}

/** The instruments of the meter provider that is registered now; made once for each provider. */
export const serverInstruments: () => ServerInstruments = perProvider('http.server-instruments', () => ({
  duration: new RequestHistogram(
    createHistogram({
      name: 'http.server.request.duration',
      description: 'Duration of HTTP server requests.',
      unit: 's',
      boundaries: DURATION_BOUNDARIES,
      limits: VALUE_LIMITS,
    }),
  ),
  activeRequests: new ActiveRequests(
    createUpDownCounter({
      name: 'http.server.active_requests',
      description: 'Number of active HTTP server requests.',
      unit: '{request}',
      valueType: ValueType.INT,
    }),
  ),
}));

/** The body size instruments of the meter provider that is registered now; made once for each provider. */
export const bodySizeInstruments: () => BodySizeInstruments = perProvider('http.body-size-instruments', () => {
  const shared = { unit: 'By', valueType: ValueType.INT, boundaries: SIZE_BOUNDARIES, limits: VALUE_LIMITS };
  return {
    request: new RequestHistogram(
      createHistogram({
        ...shared,
        name: 'http.server.request.body.size',
        description: 'Size of HTTP server request bodies.',
      }),
    ),
    response: new RequestHistogram(
      createHistogram({
        ...shared,
        name: 'http.server.response.body.size',
        description: 'Size of HTTP server response bodies.',
      }),
    ),
  };
});
