/**
 * @typedef {object} Target
 * @property {string} endpoint base URL without a slash at the end
 * @property {Record<string, string>} headers
 */

const SEND_MILLIS = 5000;

/**
 * Sends what the demo receives on to a second OTLP endpoint, byte for byte. A target that is away is told once and
 * stops nothing.
 */
export class OtlpRelay {
  #target;
  #tell;
  /** @type {Set<Promise<void>>} */
  #inFlight = new Set();
  #told = false;

  /**
   * @param {Target} target
   * @param {(message: string) => void} tell
   */
  constructor(target, tell) {
    this.#target = target;
    this.#tell = tell;
  }

  /**
   * @param {string} path `/v1/traces`, `/v1/metrics` or `/v1/logs`
   * @param {Buffer} body as it was received
   * @param {Record<string, string>} headers that describe the body
   */
  send(path, body, headers) {
    const sending = this.#post(path, body, headers)
      .catch((error) => this.#report(error.cause?.message || error.cause?.code || error.message))
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Waits for what is on its way, each within five seconds. */
  async close() {
    await Promise.all(this.#inFlight);
  }

  async #post(path, body, headers) {
    const response = await fetch(`${this.#target.endpoint}${path}`, {
      method: 'POST',
      body,
      headers: { ...this.#target.headers, ...headers },
      signal: AbortSignal.timeout(SEND_MILLIS),
    });
    await response.arrayBuffer();
    if (!response.ok) {
      this.#report(`it answered ${response.status} to ${path}`);
    }
  }

  #report(reason) {
    if (!this.#told) {
      this.#told = true;
      this.#tell(`could not forward to ${this.#target.endpoint}: ${reason}`);
    }
  }
}
