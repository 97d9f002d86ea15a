import type { BoundedHistogram } from '../metrics/bounded-histogram.js';
import { createHistogram } from '../metrics/create-histogram.js';
import { perProvider } from '../metrics/per-provider.js';
import type { ValueLimits } from '../metrics/value-limits.js';

/** The boundaries that the conventions recommend for durations of database operations, in seconds. */
const DURATION_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * Tables, commands and errors can be named at run time. `_OTHER` is what the conventions write for an unknown error. Redis
 * itself has some 400 commands.
 */
const VALUE_LIMITS: ValueLimits = {
  'db.query.summary': { max: 1000 },
  'db.operation.name': { max: 600, beyond: '_OTHER' },
  'db.response.status_code': { max: 200 },
  'error.type': { max: 100, beyond: '_OTHER' },
};

/**
 * `db.client.operation.duration` of the meter provider that is registered now, in seconds.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/
 */
export const operationDuration: () => BoundedHistogram = perProvider('database.operation-duration', () =>
  createHistogram({
    name: 'db.client.operation.duration',
    description: 'Duration of database client operations.',
    unit: 's',
    boundaries: DURATION_BOUNDARIES,
    limits: VALUE_LIMITS,
  }),
);
