import { collector, consoleDestination } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { surroundings } from '../options/known-surroundings.js';
import { startProcess } from '../test-process.js';

const EXPORTERS = { OTEL_TRACES_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' };
const NOWHERE = 'http://127.0.0.1:9';

/** What a program prints, with what differs from run to run left out. */
async function printed(env: Readonly<Record<string, string>>, ...args: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const program = await startProcess('console-trace.mjs', { endpoint: NOWHERE, env: { ...EXPORTERS, ...env }, args });
  const { code, stdout, stderr } = await program.exit;
  return { code, text: `${stdout}${stderr}`.replaceAll(/[0-9a-f]{32}/g, 'ID').replaceAll(/\d+\.\d+ ms/g, 'TIME') };
}

const TREE = 'order  TIME  trace ID\n└─ charge  TIME  amount=5\n      ● INFO paid\n';
const INCOMPLETE = 'beneath  TIME  incomplete, trace ID\n';

describe('OTEL_TRACES_EXPORTER=console', () => {
  verifies(['P4', 'P6'], 'prints traces with their log records, and at the end those that have not ended', async () => {
    expect(await printed({})).toEqual({ code: 0, text: `${TREE}${INCOMPLETE}` });
  });

  verifies(['P6', 'X2'], 'prints the same when the program calls process.exit()', async () => {
    expect(await printed({}, 'exit')).toEqual({ code: 3, text: `${TREE}${INCOMPLETE}` });
  });

  for (const [variables, isColored] of [
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: 'true' }, true],
  ] as const) {
    verifies('P6', `prints ${isColored ? 'in' : 'without'} colours with ${JSON.stringify(variables)}`, async () => {
      const { text } = await printed(variables);
      expect(text.includes('\u001b[1morder\u001b[22m')).toBe(isColored);
    });
  }
});

describe('the console destination', () => {
  it.each([
    [{}, 'on a terminal'],
    [{ NO_COLOR: '' }, 'on a terminal'],
    [{ NO_COLOR: '0' }, 'never'],
    [{ FORCE_COLOR: 'false' }, 'never'],
    [{ FORCE_COLOR: '3' }, 'always'],
  ])('settles its colours by %j', (env, colors) => {
    const { options } = resolveOptions({ destinations: [consoleDestination()] }, surroundings(env));
    expect(options.destinations[0]?.traces).toEqual({ kind: 'console', console: { quiet: false, colors } });
  });

  verifies('P6', 'is quiet, and takes the signals that it is given', () => {
    const destinations = [consoleDestination({ quiet: true, signals: ['traces', 'logs'] }), collector()];
    const { options } = resolveOptions({ destinations }, surroundings({}));
    const [first] = options.destinations;
    expect(first).toMatchObject({ traces: { console: { quiet: true } }, metrics: undefined });
    expect(first?.logs).toEqual(first?.traces);
  });

  it.each([
    [{ quiet: 'yes' }, 'option consoleDestination.quiet: "yes" is not allowed'],
    [{ signals: ['spans'] }, 'option consoleDestination.signals[0]: "spans" is not allowed'],
    [{ colour: true }, 'option consoleDestination.colour: there is no such option'],
  ])('refuses %j', (options, message) => {
    expect(() => consoleDestination(options as object)).toThrow(message);
  });
});
