/** Lets so many traces a second through, and remembers what those that are refused would have stood for. */
export class RateLimit {
  private tokens: number;
  private filledAt: number;
  private readonly refusedWeights = new Map<string, number>();

  /**
   * @param perSecond - how many in a second; those of one second can come at once; `Infinity` for no limit
   * @param now - a monotonic clock, in milliseconds
   */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number,
  ) {
    this.tokens = this.capacity;
    this.filledAt = now();
  }

  /** Whether there is a limit at all; without one every trace is let through. */
  get isLimited(): boolean {
    return this.perSecond !== Infinity;
  }

  /** Takes the room of one trace, if there is any. */
  take(): boolean {
    if (!this.isLimited) {
      return true;
    }
    const now = this.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) {
      return false;
    }
    this.tokens -= 1;
    return true;
  }

  /** Gives back the room of a trace that is not kept after all. */
  giveBack(): void {
    this.tokens += 1;
  }

  /** A trace is refused: the next one that is kept for the same reason stands for it. */
  refuse(reason: string, weight: number): void {
    this.refusedWeights.set(reason, (this.refusedWeights.get(reason) ?? 0) + weight);
  }

  /** What was refused for a reason since the last call, in traces. */
  collect(reason: string): number {
    const weight = this.refusedWeights.get(reason) ?? 0;
    this.refusedWeights.delete(reason);
    return weight;
  }

  private get capacity(): number {
    return Math.max(1, this.perSecond);
  }
}
