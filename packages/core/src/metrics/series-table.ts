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

/** A series of nothing but its exemplars. */
export function plainSeries(attributes: Readonly<Attributes>): Series {
  return { attributes, exemplars: [] };
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
export class SeriesTable<S extends Series> {
  private readonly paths = new AttributePaths<S>(MAX_PATHS);
  private readonly series = new Map<string, S>();
  /** By the very object that stands in the reports. */
  private readonly reported = new Map<Attributes, S>();
  private readonly overflow: S;
  private readonly values: LimitedValues;

  /** @param make - makes the series of some attributes */
  constructor(
    private readonly make: (attributes: Readonly<Attributes>) => S,
    limits: ValueLimits = {},
  ) {
    this.values = new LimitedValues(limits);
    this.overflow = make({ 'otel.metric.overflow': true });
    this.series.set(canonicalText(this.overflow.attributes), this.overflow);
    this.reported.set(this.overflow.attributes, this.overflow);
  }

  /** All series; the one that stands for the rest comes last. */
  all(): readonly S[] {
    const [overflow = this.overflow, ...others] = this.series.values();
    return [...others, overflow];
  }

  /** The series of these attributes, made when they are new and there is room; else the one that stands for the rest. */
  admit(attributes: Attributes): S {
    return this.paths.find(attributes) ?? this.admitNew(attributes);
  }

  /** The series of these attributes; `undefined` when there is none. */
  find(attributes: Attributes): S | undefined {
    return this.reported.get(attributes) ?? this.paths.find(attributes) ?? this.series.get(canonicalText(attributes));
  }

  private admitNew(attributes: Attributes): S {
    const limited = this.values.apply(attributes);
    const text = canonicalText(limited);
    const series = this.series.get(text) ?? this.create(text, limited);
    if (limited === attributes && series !== this.overflow) {
      this.paths.add(attributes, series);
    }
    return series;
  }

  private create(text: string, attributes: Attributes): S {
    if (this.series.size >= MAX_SERIES) {
      return this.overflow;
    }
    // A copy: the caller may go on to change its own.
    const series = this.make({ ...attributes });
    this.series.set(text, series);
    this.reported.set(series.attributes, series);
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
