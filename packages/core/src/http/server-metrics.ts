import { metrics, ValueType, type Attributes, type Context, type Histogram, type UpDownCounter } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';
import { SCOPE_NAME, VERSION } from '../version.js';

/** The boundaries that the conventions recommend for durations of HTTP requests, in seconds. */
const DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * The instruments of HTTP servers.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export interface ServerInstruments {
  /** `http.server.request.duration`, in seconds. */
  readonly duration: Histogram;
  /** `http.server.active_requests`. */
  readonly activeRequests: UpDownCounter;
}

/** The instruments of the meter provider that is registered now; made once for each provider. */
export function serverInstruments(): ServerInstruments {
  const provider = metrics.getMeterProvider();
  const known = sharedState('http.server-instruments', () => new WeakMap<object, ServerInstruments>());
  const instruments = known.get(provider) ?? createInstruments();
  known.set(provider, instruments);
  return instruments;
}

/** Counts a request as active until the returned function is called. */
export function countActiveRequest(attributes: Attributes, within: Context): () => void {
  const { activeRequests } = serverInstruments();
  activeRequests.add(1, attributes, within);
  return () => activeRequests.add(-1, attributes, within);
}

function createInstruments(): ServerInstruments {
  const meter = metrics.getMeter(SCOPE_NAME, VERSION);
  return {
    duration: meter.createHistogram('http.server.request.duration', {
      description: 'Duration of HTTP server requests.',
      unit: 's',
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
    }),
    activeRequests: meter.createUpDownCounter('http.server.active_requests', {
      description: 'Number of active HTTP server requests.',
      unit: '{request}',
      valueType: ValueType.INT,
    }),
  };
}
