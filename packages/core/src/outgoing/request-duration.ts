import type { Attributes, Context } from '@opentelemetry/api';
import type { BoundedHistogram } from '../metrics/bounded-histogram.js';
import { createHistogram } from '../metrics/create-histogram.js';
import { HeldSeries } from '../metrics/held-series.js';
import { perProvider } from '../metrics/per-provider.js';
import type { ValueLimits } from '../metrics/value-limits.js';

/** The boundaries that the conventions recommend for durations of HTTP requests, in seconds. */
const DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** As many hosts as have series of their own. */
const MAX_HOSTS = 300;

/** Comparing a few is faster than any table: a host answers with a handful of methods and status codes. */
const MAX_KNOWN_PER_HOST = 16;

/** A crawler asks any number of hosts. `_OTHER` is what the conventions write for an unknown error. */
const VALUE_LIMITS: ValueLimits = {
  'server.address': { max: MAX_HOSTS, beyond: '_OTHER' },
  'server.port': { max: 100 },
  'error.type': { max: 100, beyond: '_OTHER' },
};

/** What tells the series of outgoing requests apart. */
export interface MeasuredCall {
  readonly method: string;
  readonly address: string;
  readonly port: number;
  readonly scheme: string;
  readonly statusCode: number | undefined;
  readonly protocolVersion: string | undefined;
  readonly errorType: string | undefined;
}

interface KnownCalls extends MeasuredCall {
  readonly series: HeldSeries;
}

/** Of this copy of the package alone: another one, or another version, has series of its own classes. */
const knownHosts = new Map<string, KnownCalls[]>();

/**
 * `http.client.request.duration` of the meter provider that is registered now, in seconds.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration
 */
const requestDuration: () => BoundedHistogram = perProvider('outgoing.request-duration', () =>
  createHistogram({
    name: 'http.client.request.duration',
    description: 'Duration of HTTP client requests.',
    unit: 's',
    boundaries: DURATION_BOUNDARIES,
    limits: VALUE_LIMITS,
  }),
);

/** Records how long a request took, in seconds. */
export function recordRequestDuration(seconds: number, call: MeasuredCall, within: Context): void {
  seriesOf(call).record(requestDuration(), seconds, within);
}

function seriesOf(call: MeasuredCall): HeldSeries {
  const known = knownHosts.get(call.address);
  for (const candidate of known ?? []) {
    if (
      candidate.statusCode === call.statusCode &&
      candidate.method === call.method &&
      candidate.port === call.port &&
      candidate.errorType === call.errorType &&
      candidate.protocolVersion === call.protocolVersion &&
      candidate.scheme === call.scheme
    ) {
      return candidate.series;
    }
  }
  const series = new HeldSeries(attributesOf(call));
  if (known === undefined) {
    if (knownHosts.size < MAX_HOSTS) {
      knownHosts.set(call.address, [{ ...call, series }]);
    }
  } else if (known.length < MAX_KNOWN_PER_HOST) {
    known.push({ ...call, series });
  }
  return series;
}

function attributesOf({ method, address, port, scheme, statusCode, protocolVersion, errorType }: MeasuredCall): Attributes {
  return {
    'http.request.method': method,
    'server.address': address,
    'server.port': port,
    'url.scheme': scheme,
    ...(statusCode === undefined ? {} : { 'http.response.status_code': statusCode }),
    ...(protocolVersion === undefined ? {} : { 'network.protocol.version': protocolVersion }),
    ...(errorType === undefined ? {} : { 'error.type': errorType }),
  };
}
