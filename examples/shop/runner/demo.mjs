import { Cleanup } from './cleanup.mjs';
import { interruption } from './interruption.mjs';
import { followTraces } from './live-view.mjs';
import { createPalette } from './palette.mjs';
import { awaitTrace, playScenario } from './rehearsal.mjs';
import { createScenario, listCommands } from './scenario.mjs';
import { readSettings } from './settings.mjs';
import { setStage } from './stage.mjs';
import { TraceStore } from './trace-store.mjs';
import { renderTrace } from './tree-text.mjs';

const INTERRUPTED = 130;
/** The services export once a second; a machine under load takes its time. */
const SPANS_MILLIS = 10_000;
const LABEL_COLUMNS = 11;

/**
 * Starts the shop, sends requests, prints their traces and checks them; without `--once` it then shows every new trace
 * until it is interrupted. Everything it started is stopped before it settles.
 * @param {readonly string[]} programArguments
 * @returns {Promise<number>} the exit code: 0; 1 when something did not start or a span is missing; 130 when interrupted
 */
export async function runDemo(programArguments) {
  const cleanup = new Cleanup();
  const interrupted = interruption();
  try {
    const settings = readSettings(programArguments);
    const demo = new Demo(settings, cleanup);
    const code = await Promise.race([demo.perform(), interrupted.promise.then(() => INTERRUPTED)]);
    return code === undefined ? await demo.follow(interrupted.promise) : code;
  } catch (error) {
    complain(error.message);
    return 1;
  } finally {
    for (const failure of await cleanup.run()) {
      complain(failure.message);
    }
    interrupted.off();
  }
}

class Demo {
  #settings;
  #cleanup;
  #store = new TraceStore();
  #palette;
  /** @type {string[]} */
  #problems = [];

  /**
   * @param {import('./settings.mjs').Settings} settings
   * @param {Cleanup} cleanup
   */
  constructor(settings, cleanup) {
    this.#settings = settings;
    this.#cleanup = cleanup;
    this.#palette = createPalette(settings.colors);
  }

  /**
   * Starts everything and shows the scenario's traces.
   * @returns {Promise<number | undefined>} the exit code, or undefined when the demo goes on
   */
  async perform() {
    const { bold } = this.#palette;
    print(`${bold('The shop')}: Express calls Fastify and NestJS, each with one line of Otelier`);
    const stage = await setStage(this.#settings, {
      cleanup: this.#cleanup,
      store: this.#store,
      warn: complain,
      onCrash: (message) => this.#fail(message),
    });
    for (const [label, text] of stage.notes) {
      print(`  ${label.padEnd(LABEL_COLUMNS)}${text}`);
    }
    const rehearsal = await playScenario(stage.shopUrl, createScenario(stage));
    const deadline = AbortSignal.timeout(SPANS_MILLIS);
    for (const played of rehearsal) {
      await this.#showStep(played, deadline);
    }
    return this.#conclude(stage.shopUrl);
  }

  /**
   * Shows new traces until the interruption.
   * @param {Promise<void>} interrupted
   * @returns {Promise<number>} the exit code
   */
  async follow(interrupted) {
    const end = followTraces(this.#store, (trace) => print(`\n${this.#render(trace)}`));
    await interrupted;
    end();
    print('\nstopping');
    return this.#exitCode;
  }

  /**
   * @param {import('./rehearsal.mjs').Played} played
   * @param {AbortSignal} deadline
   */
  async #showStep(played, deadline) {
    const problems = await awaitTrace(this.#store, played, deadline);
    const { title, method, path } = played.step;
    print(`\n${this.#palette.green('▸')} ${title}\n`);
    if (played.traceId) {
      print(this.#render(this.#store.take(played.traceId)));
    }
    problems.forEach((problem) => this.#fail(`${method} ${path}: ${problem}`));
  }

  #conclude(shopUrl) {
    if (this.#settings.once) {
      print(this.#problems.length > 0 ? '\nnot every span was as expected' : '\nevery expected span is there');
      return this.#exitCode;
    }
    print(`\n${this.#palette.bold('Try')}, each shows its trace here within two seconds; Ctrl-C ends it all:`);
    listCommands(shopUrl).forEach((command) => print(`  ${command}`));
    return undefined;
  }

  get #exitCode() {
    return this.#problems.length > 0 ? 1 : 0;
  }

  #render(trace) {
    return renderTrace(trace, { palette: this.#palette, width: this.#settings.width }).trimEnd();
  }

  #fail(message) {
    this.#problems.push(message);
    complain(message);
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

function complain(text) {
  process.stderr.write(`demo: ${text}\n`);
}
