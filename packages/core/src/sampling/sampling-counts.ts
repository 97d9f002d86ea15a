/** Why a trace is kept: a caller samples it, it is among the share or a rule's, it has an error, or it was slow. */
export type KeepReason = 'parent' | 'ratio' | 'rule' | 'error' | 'slow';

/**
 * Why a trace is dropped: a caller decided so, it is not among the share or a rule's, there were too many in a second,
 * or its request is ignored.
 */
export type DropReason = 'parent' | 'ratio' | 'rule' | 'limit' | 'ignored';

/** What became of the local traces of this process, counted: made = kept + dropped + those that are open. */
export interface SamplingStatus {
  /** Traces that have begun. */
  readonly made: number;
  /** Traces that are exported, by reason. */
  readonly kept: Readonly<Record<KeepReason, number>>;
  /** Traces that are not, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Traces that were decided on before their end, because of a flush or a limit. */
  readonly releasedEarly: number;
  /** Ended spans that were recorded: those given to the destinations, those of dropped traces, and those below. */
  readonly spans: {
    readonly released: number;
    readonly dropped: number;
    /** Those for which there was no room until the end of their trace. */
    readonly letGo: number;
    readonly waiting: number;
  };
}

type CountedVerdict =
  | { readonly kept: true; readonly reason: KeepReason }
  | { readonly kept: false; readonly reason: DropReason };

/** The counts of one set-up. */
export class SamplingCounts {
  made = 0;
  readonly kept: Record<KeepReason, number> = { parent: 0, ratio: 0, rule: 0, error: 0, slow: 0 };
  readonly dropped: Record<DropReason, number> = { parent: 0, ratio: 0, rule: 0, limit: 0, ignored: 0 };
  releasedEarly = 0;
  readonly spans = { released: 0, dropped: 0, letGo: 0, waiting: 0 };

  /** Counts a trace that is decided on. */
  add(verdict: CountedVerdict): void {
    this.change(verdict, 1);
  }

  /** Takes back what {@link add} has counted, for a trace that is left out after all. */
  takeBack(verdict: CountedVerdict): void {
    this.change(verdict, -1);
  }

  /** The counts at this moment. */
  snapshot(): SamplingStatus {
    const { made, kept, dropped, releasedEarly, spans } = this;
    return { made, kept: { ...kept }, dropped: { ...dropped }, releasedEarly, spans: { ...spans } };
  }

  private change(verdict: CountedVerdict, by: 1 | -1): void {
    if (verdict.kept) {
      this.kept[verdict.reason] += by;
    } else {
      this.dropped[verdict.reason] += by;
    }
  }
}
