import type { Attributes } from '@opentelemetry/api';
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

/** Whether a trace that is looked at has ended; before that, an attribute that is not there may still come. */
export type TraceProgress = 'open' | 'ended';

/** The rules of a set-up, with their thresholds. */
export class SamplingPolicy {
  readonly parentBased: boolean;
  readonly keepErrors: boolean;
  readonly slowMillis: number;
  /** Whether a decision can depend on attributes. */
  readonly readsAttributes: boolean;
  private readonly rules: readonly PolicyRule[];
  private readonly general: TraceOutcome;

  constructor({ parentBased, keepErrors, slowMillis, rules, ratio }: ResolvedSampling) {
    this.parentBased = parentBased;
    this.keepErrors = keepErrors;
    this.slowMillis = slowMillis;
    this.readsAttributes = rules.length > 0;
    this.rules = rules.map(({ conditions, outcome }) => {
      const share = outcome.kind === 'ratio' ? thresholdOf(outcome.ratio) : undefined;
      const threshold = outcome.kind === 'keep' ? KEEP_ALL : share;
      return { conditions, outcome: { kind: outcome.kind, threshold, reason: 'rule' } };
    });
    this.general = { kind: 'ratio', threshold: thresholdOf(ratio), reason: 'ratio' };
  }

  /** Whether the end of a trace can bring it to be kept. */
  get watchesEnd(): boolean {
    return this.keepErrors || this.slowMillis !== Infinity;
  }

  /** What the rules can say of a trace; of one that has ended, exactly one thing. */
  outcomes(attributes: Attributes, state: TraceProgress): readonly [TraceOutcome, ...TraceOutcome[]] {
    const possible: TraceOutcome[] = [];
    let last = this.general;
    for (const { conditions, outcome } of this.rules) {
      const matches = matchOf(conditions, attributes, state);
      if (matches === true) {
        last = outcome;
        break;
      }
      if (matches === undefined) {
        possible.push(outcome);
      }
    }
    return [last, ...possible];
  }
}

/** `undefined` while an attribute that decides is not known. */
function matchOf(
  conditions: readonly SamplingCondition[],
  attributes: Attributes,
  state: TraceProgress,
): boolean | undefined {
  let result: boolean | undefined = true;
  for (const { attribute, matches } of conditions) {
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (value === undefined) {
      result = undefined;
    } else if (!matches(value)) {
      return false;
    }
  }
  return result === undefined && state === 'ended' ? false : result;
}
