/** That a request waits for another try. */
interface RetryPause {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  /** Whether the destination could not be reached, rather than having asked for another try. */
  readonly unreachable: boolean;
}

/**
 * The flushes of one destination that are under way, and whether waiting makes sense for them: not for a destination
 * that can't be reached, and not for a try that comes after the deadline.
 */
export class FlushDeadlines {
  private readonly deadlines = new Set<{ readonly at: number }>();
  private readonly pauses = new Set<RetryPause>();
  private readonly waiting = new Set<() => void>();

  /** @returns a function that ends the flush */
  begin(at: number): () => void {
    const deadline = { at };
    this.deadlines.add(deadline);
    return () => void this.deadlines.delete(deadline);
  }

  /**
   * Notes that a request waits for another try.
   *
   * @returns a function that takes it back
   */
  note(pause: RetryPause): () => void {
    this.pauses.add(pause);
    if (this.isVain(pause)) {
      this.waiting.forEach((done) => done());
      this.waiting.clear();
    }
    return () => void this.pauses.delete(pause);
  }

  /** Settles with the work, or as soon as the flushes under way wait for it in vain. */
  orVain(work: Promise<void>): Promise<void> {
    if ([...this.pauses].some((pause) => !pause.unreachable && this.isVain(pause))) {
      work.catch(() => {});
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.waiting.add(resolve);
      work.finally(() => this.waiting.delete(resolve)).then(resolve, reject);
    });
  }

  private isVain({ until, unreachable }: RetryPause): boolean {
    const last = Math.max(-Infinity, ...[...this.deadlines].map(({ at }) => at));
    return this.deadlines.size > 0 && (unreachable || until > last);
  }
}
