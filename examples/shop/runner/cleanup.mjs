/**
 * What has to be stopped at the end, last started first, whatever happens in between.
 */
export class Cleanup {
  /** @type {(() => unknown)[]} */
  #stops = [];
  #ended = false;

  /** Whether the end has begun: nothing may be started any more. */
  get ended() {
    return this.#ended;
  }

  /**
   * Registers how something that was just started is stopped; when the end has begun, it is stopped at once.
   * @param {() => unknown} stop
   */
  async add(stop) {
    if (this.#ended) {
      await stop();
      throw new Error('the demo is ending');
    }
    this.#stops.push(stop);
  }

  /**
   * Stops everything, one after the other.
   * @returns {Promise<Error[]>} what failed on the way
   */
  async run() {
    this.#ended = true;
    const failures = [];
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
