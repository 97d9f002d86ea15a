import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_MILLIS = 120_000;
const OUTPUT_MILLIS = 100;
const END_MILLIS = 10_000;

/** A process of the benchmark: it tells when it is ready, answers questions, and is missed when it ends by itself. */
export class Child {
  #process;
  #output = '';
  #ended;

  /**
   * @param {string} file
   * @param {{ env?: NodeJS.ProcessEnv, execPath?: string, execArgv?: string[] }} [options]
   */
  constructor(file, options = {}) {
    this.#process = fork(file, { execArgv: [], ...options, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (text) => {
        this.#output = `${this.#output}${text}`.slice(-4000);
      });
    }
    this.#ended = once(this.#process, 'exit');
    this.#ended.catch(() => {});
  }

  /**
   * Waits for the first message.
   * @returns {Promise<Record<string, any>>}
   * @throws {Error} with what the process wrote when it ends first
   */
  ready() {
    return this.#answer('ready');
  }

  /**
   * @param {string | object} question
   * @param {string} [name] the name of its answer
   * @returns {Promise<Record<string, any>>}
   * @throws {Error} with what the process wrote when it ends first
   */
  ask(question, name = typeof question === 'string' ? question : '') {
    const answer = this.#answer(name);
    this.#process.send(question, () => {});
    return answer;
  }

  /**
   * Ends the process: it leaves when nobody talks to it any more, and so still writes its CPU profile. One that has not
   * ended after ten seconds is killed.
   */
  async stop() {
    if (this.#process.connected) {
      this.#process.disconnect();
    }
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MILLIS);
    await this.#ended.catch(() => {});
    clearTimeout(timer);
  }

  async #answer(name) {
    const over = new AbortController();
    const { signal } = over;
    const late = AbortSignal.timeout(ANSWER_MILLIS);
    const messages = (async () => {
      for (;;) {
        const [message] = await once(this.#process, 'message', { signal });
        if (message.question === name) {
          return message;
        }
      }
    })();
    messages.catch(() => {});
    const tooLate = once(late, 'abort', { signal }).then(() => {
      throw new Error(`no answer to '${name}' within ${ANSWER_MILLIS / 1000} s`);
    });
    tooLate.catch(() => {});
    const ended = this.#ended.then(async ([code, killer]) => {
      // What it wrote comes a moment after its end.
      await sleep(OUTPUT_MILLIS);
      throw new Error(`the process ended (${killer ?? `exit code ${code}`})\n${this.#output}`);
    });
    ended.catch(() => {});
    try {
      return await Promise.race([messages, tooLate, ended]);
    } finally {
      over.abort();
    }
  }
}
