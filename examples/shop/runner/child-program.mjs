import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const STOP_MILLIS = 6000;
const KEPT_LINES = 12;

/**
 * A program that runs beside the demo: its output by the line, its end, and a stop that leaves nothing behind.
 */
export class ChildProgram {
  /** @type {((line: string) => void) | undefined} */
  #watch;

  /** @type {string[]} the last lines it wrote, to tell why it ended */
  lastLines = [];

  /**
   * @param {string} file
   * @param {readonly string[]} programArguments
   * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
   */
  constructor(file, programArguments, { onLine, ...options } = {}) {
    this.process = spawn(file, programArguments, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    /** @type {Promise<string>} how it ended */
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve(error.message));
      this.process.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lastLines = [...this.lastLines, line].slice(-KEPT_LINES);
        onLine?.(line);
        this.#watch?.(line);
      });
    }
  }

  /**
   * Waits for a line of the output.
   * @param {RegExp} pattern
   * @param {number} timeoutMillis
   * @returns {Promise<RegExpMatchArray>}
   * @throws {Error} when the program ends first or takes too long
   */
  async waitForLine(pattern, timeoutMillis) {
    let timer;
    const seen = new Promise((resolve) => {
      this.#watch = (line) => {
        const match = line.match(pattern);
        if (match) {
          resolve(match);
        }
      };
    });
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready within ${timeoutMillis / 1000} s`)), timeoutMillis);
    });
    const early = this.ended.then((how) => {
      throw new Error(how);
    });
    try {
      return await Promise.race([seen, late, early]);
    } finally {
      clearTimeout(timer);
      this.#watch = undefined;
    }
  }

  /** Asks the program to end, and ends it when it has not done so within six seconds. */
  async stop() {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_MILLIS);
    await this.ended;
    clearTimeout(timer);
  }
}
