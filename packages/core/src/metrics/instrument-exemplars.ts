import { context, type Attributes, type Context, type MetricOptions } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { replaceOwnMethod } from '../own-method.js';
import { SCOPE_NAME } from '../version.js';
import { bucketOf } from './bucket.js';
import { makeExemplar, type Exemplar, type ExemplarFilter, type ExemplarHolder } from './exemplar.js';
import { tieExemplarSource, type ExemplarSource } from './exemplar-source.js';
import { plainSeries, SeriesTable } from './series-table.js';

/** The methods that make instruments which measure when they are told to, with the one that tells them. */
const INSTRUMENTS = {
  createCounter: 'add',
  createUpDownCounter: 'add',
  createHistogram: 'record',
  createGauge: 'record',
} as const;

/** The bounds of a histogram whose maker gives none. */
const DEFAULT_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

/** The last exemplar of each series of an instrument of the application's, in a histogram that of each bucket. */
class InstrumentExemplars implements ExemplarHolder {
  private readonly series = new SeriesTable(plainSeries);

  /** @param boundaries - none for what is no histogram */
  constructor(
    private readonly filter: ExemplarFilter,
    private readonly boundaries: readonly number[],
  ) {}

  keep(value: number, attributes: Attributes = {}, within: Context = context.active()): void {
    const exemplar = Number.isFinite(value) ? makeExemplar(this.filter, value, within) : undefined;
    if (exemplar !== undefined) {
      this.series.admit(attributes).exemplars[bucketOf(value, this.boundaries)] = exemplar;
    }
  }

  exemplarsOf(attributes: Attributes): readonly Exemplar[] {
    return this.series.find(attributes)?.exemplars.filter((exemplar) => exemplar !== undefined) ?? [];
  }
}

/**
 * Has the instruments of a set-up's meter provider keep exemplars: Otelier's, and those that the application gets of it,
 * for which the SDK has no seam. Instruments that are observed at collection are measured within no span.
 */
export function keepExemplars(meterProvider: object, source: ExemplarSource): void {
  tieExemplarSource(meterProvider, source);
  const seen = new WeakSet<object>();
  replaceOwnMethod(meterProvider, 'getMeter', (original) => (...args) => {
    const meter = original.apply(meterProvider, args) as object;
    const [name, version] = args as [name: string, version?: string];
    if (name !== SCOPE_NAME && !seen.has(meter)) {
      seen.add(meter);
      watchMeter(meter, { name, version }, source);
    }
    return meter;
  });
}

function watchMeter(meter: object, scope: { readonly name: string; readonly version?: string }, source: ExemplarSource): void {
  for (const [create, measure] of Object.entries(INSTRUMENTS)) {
    replaceOwnMethod(meter, create, (original) => (...args) => {
      const instrument = original.apply(meter, args) as object;
      const [name, options] = args as [name: string, options?: MetricOptions];
      const boundaries = create === 'createHistogram' ? (options?.advice?.explicitBucketBoundaries ?? DEFAULT_BOUNDARIES) : [];
      const known = source.find(scope, name);
      const exemplars = known instanceof InstrumentExemplars ? known : new InstrumentExemplars(source.filter, boundaries);
      source.add(scope, name, exemplars);
      watchInstrument(instrument, measure, exemplars);
      return instrument;
    });
  }
}

function watchInstrument(instrument: object, measure: string, exemplars: InstrumentExemplars): void {
  replaceOwnMethod(instrument, measure, (original) => (...args) => {
    original.apply(instrument, args);
    try {
      // After the measurement: an exemplar lies between the first one of its data point and the collection.
      exemplars.keep(...(args as [value: number, attributes?: Attributes, within?: Context]));
    } catch (error) {
      reportInternalError('keeping an exemplar', error);
    }
  });
}
