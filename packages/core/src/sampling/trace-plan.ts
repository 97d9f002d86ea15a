import type { TraceRules } from './sampling-policy.js';
import type { TraceCaller, Verdict } from './trace-verdict.js';

/** What is decided of a trace when it begins. */
export interface TracePlan extends TraceCaller {
  /** Whether it is to be kept as far as is known; where it begins here, it has taken its room in the limit then. */
  readonly selected: boolean;
  /** Whether nothing that it still shows can drop it. */
  readonly isCertain: boolean;
  readonly rules: TraceRules;
  /** Set where the end of the trace can change nothing. */
  readonly verdict: Verdict | undefined;
}
