import type { DropReason, KeepReason } from './sampling-counts.js';
import type { TraceOutcome } from './sampling-policy.js';
import { higherThreshold, isSelected, KEEP_ALL, type Threshold } from './threshold.js';

/** Who began a trace: nobody before this process, or a caller that samples it or does not. */
export type TraceOrigin = 'here' | 'sampled' | 'unsampled';

/** What is known of a trace before its first span in this process. */
export interface TraceCaller {
  readonly origin: TraceOrigin;
  readonly randomness: string;
  /** The threshold by which the caller samples it. */
  readonly threshold: Threshold | undefined;
}

/** A trace is kept, for good. */
export interface KeptVerdict {
  readonly kept: true;
  readonly reason: KeepReason;
  /** `undefined` where none can express the decision. */
  readonly threshold: Threshold | undefined;
  /** How many traces it stands for, where no threshold says so. */
  readonly adjustedCount: number | undefined;
  /** Those of them that the limit has refused since the last one that was kept for the same reason. */
  readonly refused: number;
}

/** What is decided of a trace, for good. */
export type Verdict = KeptVerdict | { readonly kept: false; readonly reason: DropReason };

/** What makes a trace worth keeping whatever the share. */
export type Distinction = 'error' | 'slow' | undefined;

const UNLIMITED = { adjustedCount: undefined, refused: 0 } as const;

/** What becomes of a trace by an outcome of the rules and by what it has shown, if there is room for it. */
export function verdictOf(caller: TraceCaller, outcome: TraceOutcome, distinction: Distinction): Verdict {
  const { origin } = caller;
  if (origin === 'sampled') {
    const threshold = distinction === undefined ? caller.threshold : KEEP_ALL;
    return { kept: true, reason: distinction ?? 'parent', threshold, ...UNLIMITED };
  }
  if (outcome.kind === 'drop') {
    return { kept: false, reason: 'rule' };
  }
  if (outcome.kind !== 'keep' && distinction !== undefined) {
    return { kept: true, reason: distinction, threshold: KEEP_ALL, ...UNLIMITED };
  }
  if (selects(caller, outcome)) {
    return { kept: true, reason: outcome.reason, threshold: outcome.threshold, ...UNLIMITED };
  }
  return { kept: false, reason: origin === 'unsampled' ? 'parent' : outcome.reason };
}

/** Whether an outcome keeps a trace whatever else it shows; a share is one of the traces that begin here. */
export function selects({ origin, randomness }: TraceCaller, outcome: TraceOutcome): boolean {
  return outcome.kind === 'keep' || (origin === 'here' && isSelected(randomness, outcome.threshold));
}

/** Of what the rules can still say of a trace, that by which fewest are kept. */
export function strictest(first: TraceOutcome, second: TraceOutcome): TraceOutcome {
  return higherThreshold(first.threshold, second.threshold) === first.threshold ? first : second;
}
