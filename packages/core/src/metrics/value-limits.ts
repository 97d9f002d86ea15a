import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** How many different values an attribute may have in one instrument. */
export interface ValueLimit {
  readonly max: number;
  /** What stands for every further value; without it the attribute is left out. */
  readonly beyond?: string;
}

/** Limits by the attribute's name. */
export type ValueLimits = Readonly<Record<string, ValueLimit>>;

/**
 * Keeps one attribute whose values come from outside from taking the whole room of an instrument. The first values
 * stay, because series that have been reported can't be taken back.
 */
export class LimitedValues {
  private readonly known: ReadonlyMap<string, Set<AttributeValue>>;

  constructor(private readonly limits: ValueLimits) {
    this.known = new Map(Object.keys(limits).map((name) => [name, new Set()]));
  }

  /** The attributes with what is beyond the limits replaced; the same object when nothing is. */
  apply(attributes: Attributes): Attributes {
    let limited = attributes;
    for (const [name, known] of this.known) {
      const value = attributes[name];
      const limit = this.limits[name];
      if (value === undefined || limit === undefined || known.has(value) || value === limit.beyond) {
        continue;
      }
      if (known.size < limit.max) {
        known.add(value);
      } else {
        limited = { ...limited, [name]: limit.beyond };
      }
    }
    return limited === attributes ? attributes : withoutUndefined(limited);
  }
}

function withoutUndefined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
