import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
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

const RECORDS = '      ● INFO paid\n      ● INFO sent\n      ● INFO thanked\n';
const TREE = `order  TIME  trace ID\n└─ charge  TIME  amount=5\n${RECORDS}`;
const INCOMPLETE = 'beneath  TIME  incomplete, trace ID\n';

describe('OTEL_TRACES_EXPORTER=console', () => {
  verifies(['P4', 'P6'], 'prints traces with their log records, and at the end those that have not ended', async () => {
    expect(await printed({})).toEqual({ code: 0, text: `${TREE}${INCOMPLETE}` });
  });

  verifies(['P6', 'X2'], 'prints the same when the program calls process.exit()', async () => {
    expect(await printed({}, 'exit')).toEqual({ code: 3, text: `${TREE}${INCOMPLETE}` });
  });

  verifies(['P6', 'X1'], 'prints the same when a signal ends the program', async () => {
    expect(await printed({}, 'SIGTERM')).toEqual({ code: null, text: `${TREE}${INCOMPLETE}` });
  });

  verifies(['P7', 'L2'], 'prints log records at once where no traces are printed', async () => {
    const { text } = await printed({ OTEL_TRACES_EXPORTER: 'none' });
    expect(text).toBe('● INFO paid  trace ID\n● INFO sent  trace ID\n● INFO thanked  trace ID\n');
  });

  verifies(['P7', 'X1'], 'ends no program that prints nothing itself when nobody reads its output any more', async () => {
    const env = { ...EXPORTERS, OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE };
    const program = spawn(process.execPath, [join(__dirname, '../programs/console-pipe.mjs')], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    program.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
    await once(program.stdout, 'data');
    program.stdout.destroy();
    await once(program.stdout, 'close');
    program.stdin.end();
    expect(await once(program, 'close')).toEqual([7, null]);
    expect(stderr).toBe('goes on\nEPIPE of its own\n');
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
