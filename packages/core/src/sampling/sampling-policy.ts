import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { ResolvedSampling } from '../options/resolve-sampling.js';
import type { SamplingCondition } from '../options/sampling-rules.js';
import { KEEP_ALL, thresholdOf, type Threshold } from './threshold.js';

/** What the first rule that matches says of a trace; without one, the share of all traces. */
export interface TraceOutcome {
  readonly kind: 'keep' | 'drop' | 'ratio';
  /** Keeps the share; `undefined` keeps none. */
  readonly threshold: Threshold | undefined;
  /** What the decision is counted as. */
  readonly reason: 'rule' | 'ratio';
}

interface PolicyRule {
  readonly conditions: readonly SamplingCondition[];
  readonly outcome: TraceOutcome;
}

/** What is known of the first span of a trace. */
export interface FirstSpan {
  readonly kind: SpanKind;
  /** As far as they are known by now. */
  readonly attributes: Attributes;
}

/** What the rules can say of a trace, by what its first span began with. */
export interface TraceRules {
  /** Those that match as soon as it has the attributes that it lacks; the first one counts. */
  readonly undecided: readonly PolicyRule[];
  /** What counts where none of those matches. */
  readonly otherwise: TraceOutcome;
}

/** The rules of a set-up, with their thresholds. */
export class SamplingPolicy {
  readonly parentBased: boolean;
  readonly keepErrors: boolean;
  readonly slowMillis: number;
  /** Whether a decision can depend on attributes. */
  readonly readsAttributes: boolean;
  /** Of a trace of which nothing is known. */
  private readonly all: TraceRules;

  constructor({ parentBased, keepErrors, slowMillis, rules, ratio }: ResolvedSampling) {
    this.parentBased = parentBased;
    this.keepErrors = keepErrors;
    this.slowMillis = slowMillis;
    this.readsAttributes = rules.length > 0;
    this.all = {
      undecided: rules.map(({ conditions, outcome }) => {
        const share = outcome.kind === 'ratio' ? thresholdOf(outcome.ratio) : undefined;
        const threshold = outcome.kind === 'keep' ? KEEP_ALL : share;
        return { conditions, outcome: { kind: outcome.kind, threshold, reason: 'rule' } };
      }),
      otherwise: { kind: 'ratio', threshold: thresholdOf(ratio), reason: 'ratio' },
    };
  }

  /** Whether the end of a trace can bring it to be kept. */
  get watchesEnd(): boolean {
    return this.keepErrors || this.slowMillis !== Infinity;
  }

  /** What the rules can say of a trace that begins. */
  rulesFor(first: FirstSpan): TraceRules {
    return narrowed(this.all, first);
  }
}

/** What rules can still say of a trace by what its first span has shown since. */
export function narrowed(rules: TraceRules, first: FirstSpan): TraceRules {
  const { undecided, otherwise } = rules;
  if (undecided.length === 0) {
    return rules;
  }
  const open: PolicyRule[] = [];
  for (const rule of undecided) {
    const matches = matchOf(rule.conditions, first);
    if (matches === true) {
      return { undecided: open, otherwise: rule.outcome };
    }
    if (matches === undefined) {
      open.push(rule);
    }
  }
  return { undecided: open, otherwise };
}

/** What rules say of a trace that shows nothing more. */
export function outcomeOf({ undecided, otherwise }: TraceRules, first: FirstSpan): TraceOutcome {
  return undecided.find(({ conditions }) => matchOf(conditions, first) === true)?.outcome ?? otherwise;
}

/** `undefined` while an attribute that decides is not known. */
function matchOf(conditions: readonly SamplingCondition[], { kind, attributes }: FirstSpan): boolean | undefined {
  let result: boolean | undefined = true;
  for (const { attribute, belongsTo, matches } of conditions) {
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (belongsTo === 'request' && kind !== SpanKind.SERVER) {
      return false;
    }
    if (value === undefined) {
      if (belongsTo === 'http' && kind !== SpanKind.SERVER && kind !== SpanKind.CLIENT) {
        return false;
      }
      result = undefined;
    } else if (!matches(value, attributes)) {
      return false;
    }
  }
  return result;
}
