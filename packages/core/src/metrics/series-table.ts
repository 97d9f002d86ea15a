import type { Attributes } from '@opentelemetry/api';
import { AttributePaths } from './attribute-paths.js';
import type { Exemplar } from './exemplar.js';
import { LimitedValues, type ValueLimits } from './value-limits.js';

/** One series of an instrument. */
export interface Series {
  readonly attributes: Readonly<Attributes>;
  /** The last exemplar of each bucket that has one, by the bucket's number. */
  readonly exemplars: (Exemplar | undefined)[];
}

/** How many series an instrument may have, with the one that stands for everything beyond: the SDK's own limit. */
const MAX_SERIES = 2000;

/** The same attributes can come in several orders. */
const MAX_PATHS = 2 * MAX_SERIES;

/**
 * The series of one instrument, found by their attributes and bounded for as long as the process lives.
 *
 * The SDK's own limit holds for one collection alone: with cumulative temporality every collection may add as many
 * series once more.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
 */
export class SeriesTable {
  private readonly paths = new AttributePaths<Series>(MAX_PATHS);
  private readonly series = new Map<string, Series>();
  private readonly overflow: Series = { attributes: { 'otel.metric.overflow': true }, exemplars: [] };
  private readonly values: LimitedValues;

  constructor(limits: ValueLimits = {}) {
    this.values = new LimitedValues(limits);
    this.series.set(canonicalText(this.overflow.attributes), this.overflow);
  }

  /** The series of these attributes, made when they are new and there is room; else the one that stands for the rest. */
  admit(attributes: Attributes): Series {
    return this.paths.find(attributes) ?? this.admitNew(attributes);
  }

  /** The series of these attributes; `undefined` when there is none. */
  find(attributes: Attributes): Series | undefined {
    return this.paths.find(attributes) ?? this.series.get(canonicalText(attributes));
  }

  private admitNew(attributes: Attributes): Series {
    const limited = this.values.apply(attributes);
    const text = canonicalText(limited);
    const series = this.series.get(text) ?? this.create(text, limited);
    if (limited === attributes && series !== this.overflow) {
      this.paths.add(attributes, series);
    }
    return series;
  }

  private create(text: string, attributes: Attributes): Series {
    if (this.series.size >= MAX_SERIES) {
      return this.overflow;
    }
    // A copy: the caller may go on to change its own.
    const series = { attributes: { ...attributes }, exemplars: [] };
    this.series.set(text, series);
    return series;
  }
}

/** The same text for the same attributes in any order, as the SDK tells series apart. */
function canonicalText(attributes: Attributes): string {
  return JSON.stringify(
    Object.keys(attributes)
      .toSorted()
      .map((name) => [name, attributes[name]]),
  );
}
