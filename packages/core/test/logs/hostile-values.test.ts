import { Writable } from 'node:stream';
import { verifies } from '@otelier/testkit';
import pino from 'pino';
import winston from 'winston';
import type * as core from '../../src/index.js';
import { inSpan, KeptLines, observeLogs, type ObservedLogs } from './observed-logs';

const circular: Record<string, unknown> = { name: 'ring' };
circular['self'] = circular;

const refuse = (): never => {
  throw new Error('refused');
};

/** Made anew for each use, since loggers write into some of them. */
const VALUES: Readonly<Record<string, () => unknown>> = {
  'a circle': () => circular,
  'a getter that throws': () => ({ deep: Object.defineProperty({}, 'broken', { enumerable: true, get: refuse }) }),
  'a proxy that answers nothing': () => ({ deep: new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse, has: refuse }) }),
  'such a proxy itself': () => new Proxy({}, { has: refuse, ownKeys: () => [], getPrototypeOf: refuse }),
  'a whole number of any length': () => ({ big: 2n ** 4000n }),
  'a symbol': () => ({ symbol: Symbol('s') }),
  'a frozen object': () => Object.freeze({ frozen: true }),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { bare: 1 }),
  'a huge text': () => ({ text: 'x'.repeat(2_000_000) }),
  'an error whose stack throws': () => ({ err: Object.defineProperty(new Error('x'), 'stack', { get: refuse }) }),
  'an error whose message is an object': () => ({ err: Object.assign(new Error('x'), { message: { a: 1 } }) }),
  'names of the prototype': () => JSON.parse('{"__proto__":{"polluted":1},"constructor":1,"hasOwnProperty":2}') as unknown,
};

let observed: ObservedLogs | undefined;

afterEach(async () => {
  await observed?.end();
  observed = undefined;
});

const fixed = { timestamp: () => ',"time":1700000000000' };

/** What each value leaves of a call: its line, or what it throws. */
function outcomes(write: (lines: KeptLines, value: unknown) => void): string[] {
  return Object.values(VALUES).map((make) => {
    const lines = new KeptLines();
    try {
      write(lines, make());
    } catch (error) {
      lines.write(`threw ${String(error)}`);
    }
    return lines.lines.join('').replaceAll(/"stack":"(?:[^"\\]|\\.)*"/g, '').replaceAll(/,?"(trace_id|span_id|trace_flags)":"\w+"/g, '');
  });
}

const byPino = (lines: KeptLines, value: unknown): void => pino(fixed, lines).info(value, 'hostile');

function byWinston(lines: KeptLines, value: unknown): void {
  const stream = new Writable({ decodeStrings: false, write: (line: string, _encoding, done) => (lines.write(line), done()) });
  const logger = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Stream({ stream, eol: '\n' })] });
  logger.info('hostile', value);
}

describe.each([
  { name: 'pino', write: byPino },
  { name: 'winston', write: byWinston },
])('hostile values in the lines of $name', ({ write }) => {
  verifies(['L1', 'L2', 'X6'], 'are written as without Otelier, throw what they throw without it, and are sent', async () => {
    const bare = outcomes(write);
    observed = await observeLogs(true);
    let within: string[] = [];
    inSpan(() => {
      within = outcomes(write);
    });
    expect(within).toEqual(bare);
    const written = bare.filter((line) => line.startsWith('{')).length;
    expect(written).toBeGreaterThan(6);
    expect(await observed.records()).toHaveLength(written);
    expect(observed.sink.requests().every(({ bytes }) => bytes < 500_000)).toBe(true);
    expect(observed.otel.status().problems).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('log records', () => {
  verifies('L2', 'are not made of what is logged while they are exported', async () => {
    const warned: unknown[] = [];
    const { warn } = console;
    try {
      console.warn = (...args: unknown[]) => void warned.push(args[0]);
      observed = await observeLogs({ level: 'warn' });
      observed.sink.answerWith({ status: 400 });
      pino(fixed, new KeptLines()).warn('refused');
      await observed.otel.flush();
      observed.sink.answerWith({});
      pino(fixed, new KeptLines()).warn('taken');
      expect((await observed.records()).map(({ body }) => body)).toEqual(['taken']);
      await observed.end();
      observed = undefined;
    } finally {
      console.warn = warn;
    }
    expect(warned).toContainEqual(expect.stringMatching(/^\[otelier\] OTELIER_EXPORT_FAILED: .*\/v1\/logs/));
  });

  verifies(['L1', 'L2'], 'are sent once with two copies of Otelier, by the set-up of the first', async () => {
    observed = await observeLogs(true);
    const lines = new KeptLines();
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof core>('../../src/index.js');
      copy.setupOtel();
      const undo = copy.traceIntegration(winston);
      byWinston(lines, {});
      undo();
    });
    pino(fixed, lines).info('by pino');
    expect((await observed.records()).map(({ body }) => body)).toEqual(['hostile', 'by pino']);
  });
});
