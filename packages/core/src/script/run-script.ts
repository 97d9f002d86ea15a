import { context, trace, type Span } from '@opentelemetry/api';
import { checkNames } from '../diagnostics/validation.js';
import type { OtelOptions } from '../options/otel-options.js';
import { ensureOtel } from '../sdk/ensure-otel.js';
import { rememberOpenWork } from '../tracing/open-work.js';
import { runInSpan } from '../tracing/with-span.js';
import { endScriptSpan, noteExitCode } from './script-span.js';

/** How a program that is run once is recorded. */
export interface ScriptOptions {
  /**
   * The set-up of OpenTelemetry, where the process has none yet; `false`: none.
   *
   * @default {}
   */
  readonly otel?: OtelOptions | false;
}

/**
 * Runs the main function of a program within the root span of a trace, and sends everything when it is done, within
 * `shutdownTimeoutMillis`. How the program ends stays as it is: its exit code, the error that it throws, and
 * `process.exit()` inside, which ends the span with the exit code that it is given.
 *
 * The span is an error when the function throws, its promise rejects, the exit code is not 0, or a signal or an error
 * elsewhere ends the process.
 *
 * @param name - the span's name: of low cardinality, such as `import products`
 * @param main - gets the root span
 * @returns what the function returns, when that has been sent
 * @throws TypeError for a wrong argument or option
 */
export function runScript<T>(name: string, main: (span: Span) => T | PromiseLike<T>, options: ScriptOptions = {}): Promise<T> {
  if (typeof name !== 'string' || typeof main !== 'function') {
    throw new TypeError(`[otelier] runScript(name, main): got ${typeof name}, ${typeof main}. Allowed: a text, a function.`);
  }
  checkNames('runScript()', options, ['otel']);
  const otel = ensureOtel({ otel: options.otel });
  otel?.start();
  return run({ name, main, flush: () => otel?.flush() });
}

interface Script<T> {
  readonly name: string;
  readonly main: (span: Span) => T | PromiseLike<T>;
  readonly flush: () => Promise<void> | undefined;
}

async function run<T>({ name, main, flush }: Script<T>): Promise<T> {
  try {
    return await context.with(trace.deleteSpan(context.active()), () => runInSpan({ name, attributes: {} }, (span) => follow(span, main)));
  } finally {
    await flush();
  }
}

async function follow<T>(span: Span, main: (span: Span) => T | PromiseLike<T>): Promise<T> {
  const forget = rememberOpenWork({ end: (cause) => endScriptSpan(span, cause) });
  try {
    const result = await main(span);
    noteExitCode(span, process.exitCode);
    return result;
  } finally {
    forget();
  }
}
