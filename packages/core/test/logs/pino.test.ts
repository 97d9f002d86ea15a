import { hasSubscribers } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { verifies } from '@otelier/testkit';
import pino, { type Logger, type LoggerOptions } from 'pino';
import { inSpan, KeptLines, observeLogs, type ObservedLogs } from './observed-logs';

type Pino = (options: LoggerOptions, stream: KeptLines) => Logger;

const VERSIONS = ['pino', 'pino-9', 'pino-8', 'pino-7'] as const;
const FIXED: LoggerOptions = { timestamp: () => ',"time":1700000000000' };

let observed: ObservedLogs | undefined;
let stream: KeptLines;

beforeEach(() => {
  stream = new KeptLines();
});
afterEach(async () => {
  await observed?.end();
  observed = undefined;
});

function copyOf(version: (typeof VERSIONS)[number]): Pino {
  return jest.requireActual<Pino>(version);
}

/** The same lines by a logger of the same options that nobody observes. */
function linesOf(create: Pino, write: (logger: Logger) => void, options: LoggerOptions = FIXED): string[] {
  const kept = new KeptLines();
  write(create(options, kept));
  return kept.lines;
}

describe.each(VERSIONS)('%s', (version) => {
  verifies('L1', 'writes the ids into every line within a span, and leaves the lines outside as they were', async () => {
    const create = copyOf(version);
    const write = (logger: Logger): void => {
      logger.info('plain');
      logger.child({ child: 1 }).warn({ order: 7, nested: { a: [1] } }, 'with %s', 'fields');
      logger.error(new TypeError('broken'));
      logger.info({}, '');
    };
    const bare = linesOf(create, write).map(withoutStack);
    observed = await observeLogs();
    const outside = linesOf(create, write).map(withoutStack);
    const logger = create(FIXED, stream);
    const ids = inSpan(() => write(logger));
    write(logger);
    expect(outside).toEqual(bare);
    expect(stream.objects().slice(0, 4)).toMatchObject([ids, ids, ids, ids]);
    expect(stream.lines.slice(0, 4).map(withoutStack).map(withoutIds)).toEqual(bare);
    expect(stream.lines.slice(4).map(withoutStack)).toEqual(bare);
    expect(await observed.records()).toEqual([]);
  });

  verifies(['L2', 'L4'], 'sends each record once, with severity, body, fields, time, trace and exception', async () => {
    observed = await observeLogs(true);
    const logger = copyOf(version)({ ...FIXED, level: 'trace', name: 'shop' }, stream);
    const ids = inSpan(() => {
      logger.child({ requestId: 'r-1' }).info({ order: { id: 7, tags: ['a', 'b'] } }, 'paid %d', 12);
      logger.error(Object.assign(new RangeError('too much'), { code: 'E_MUCH' }));
    });
    logger.debug('hidden');
    logger.fatal('last');
    const records = await observed.records();
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({
      severityNumber: 9,
      severityText: 'info',
      body: 'paid 12',
      timeUnixNano: 1_700_000_000_000_000_000n,
      traceId: ids.trace_id,
      spanId: ids.span_id,
      flags: 1,
    });
    expect(records[0]?.attributes).toEqual({ name: 'shop', requestId: 'r-1', order: { id: 7, tags: ['a', 'b'] } });
    expect(records[1]).toMatchObject({ severityNumber: 17, body: 'too much', spanId: ids.span_id });
    expect(records[1]?.attributes).toEqual({
      name: 'shop',
      err: { code: 'E_MUCH' },
      'exception.type': 'RangeError',
      'exception.message': 'too much',
      'exception.stacktrace': expect.stringMatching(/^(Error|RangeError): too much\n +at /),
    });
    expect(records[2]).toMatchObject({ severityNumber: 21, body: 'last', traceId: undefined });
  });

  it('is left alone after the shutdown', async () => {
    const create = copyOf(version);
    observed = await observeLogs(true);
    const logger = create(FIXED, stream);
    await observed.end();
    observed = undefined;
    inSpan(() => logger.info('afterwards'));
    expect(stream.lines).toEqual(linesOf(create, (bare) => bare.info('afterwards')));
  });
});

function withoutStack(line: string): string {
  return line.replace(/"stack":"(?:[^"\\]|\\.)*"/, '"stack":""');
}

function withoutIds(line: string): string {
  return line.replace(/,"trace_id":"\w+","span_id":"\w+","trace_flags":"01"/, '');
}

describe('the lines of pino', () => {
  const writeWith = (options: LoggerOptions, write: (logger: Logger) => void): Record<string, unknown> => {
    write(pino({ ...FIXED, ...options }, stream));
    return stream.objects().at(-1) ?? {};
  };

  verifies('L1', 'carry the ids beside a nested object, formatted fields and a prefix', async () => {
    observed = await observeLogs();
    const options = { nestedKey: 'payload', messageKey: 'message', formatters: { level: (level: string) => ({ level }) } };
    let line = {};
    const ids = inSpan(() => {
      line = writeWith(options, (logger) => logger.info({ a: 1 }, 'nested'));
    });
    expect(line).toMatchObject({ level: 'info', payload: { a: 1 }, message: 'nested', ...ids });
  });

  verifies('L1', 'keep the ids that the application writes itself', async () => {
    observed = await observeLogs();
    const ids = inSpan(() => {
      pino({ ...FIXED, mixin: () => ({ trace_id: 'mine' }) }, stream).info('by a mixin');
      pino(FIXED, stream).child({ trace_id: 'bound' }).info('by a binding');
      pino(FIXED, stream).info({ trace_id: 'given' }, 'by a field');
    });
    expect(stream.lines.map((line) => line.match(/"trace_id":"\w+"/g))).toEqual([
      ['"trace_id":"mine"'],
      ['"trace_id":"bound"'],
      ['"trace_id":"given"'],
    ]);
    expect(stream.lines.join()).not.toContain(ids.span_id);
  });

  verifies('L1', 'leave the objects, the bindings and the children of the application as they are', async () => {
    observed = await observeLogs(true);
    const merged = Object.freeze({ order: 7 });
    const logger = pino({ ...FIXED, base: null }, stream).child({ a: 1 });
    let child: Logger | undefined;
    inSpan(() => {
      logger.info(merged, 'frozen');
      child = logger.child({ b: 2 });
    });
    child?.info('later');
    expect(merged).toEqual({ order: 7 });
    expect(child?.bindings()).toEqual({ a: 1, b: 2 });
    expect(stream.lines[1]).toBe('{"level":30,"time":1700000000000,"a":1,"b":2,"msg":"later"}\n');
  });

  verifies('L1', 'are right when a serializer logs by the same logger, and when one throws', async () => {
    observed = await observeLogs(true);
    const logger: Logger = pino(
      {
        ...FIXED,
        base: null,
        serializers: {
          loud: () => logger.info('within'),
          broken: () => {
            throw new Error('no serializer');
          },
        },
      },
      stream,
    );
    const ids = inSpan(() => {
      logger.info({ loud: 1 }, 'outer');
      expect(() => logger.info({ broken: 1 }, 'never')).toThrow('no serializer');
    });
    logger.info('outside');
    expect(stream.objects()).toMatchObject([{ msg: 'within', ...ids }, { msg: 'outer', ...ids }, { msg: 'outside' }]);
    expect(stream.lines[2]).toBe('{"level":30,"time":1700000000000,"msg":"outside"}\n');
    expect((await observed.records()).map(({ body }) => body)).toEqual(['within', 'outer', 'outside']);
  });

  verifies('L2', 'are sent as they are written: redacted, serialized, and changed by the hook of the application', async () => {
    observed = await observeLogs(true);
    const options: LoggerOptions = {
      redact: ['card', 'user.name'],
      serializers: { big: () => 'serialized' },
      hooks: { streamWrite: (line) => line.replaceAll('hunter2', '***') },
    };
    writeWith(options, (logger) =>
      logger.info({ card: '4111', user: { name: 'Ann', password: 'pw', age: 3 }, big: {} }, 'it is hunter2 at http://u:p@host/?token=abc'),
    );
    const [record] = await observed.records();
    expect(record?.body).toBe('it is *** at http://REDACTED:REDACTED@host/?token=REDACTED');
    expect(record?.attributes).toEqual({
      card: '[Redacted]',
      user: { name: '[Redacted]', password: 'REDACTED', age: 3 },
      big: 'serialized',
    });
  });

  verifies('L2', 'are sent as the stream was given them when they are no JSON, or too long to be read', async () => {
    observed = await observeLogs(true);
    const calls: string[] = [];
    const hide = (line: string): string => {
      calls.push(line);
      return line.replaceAll('hunter2', '***');
    };
    pino({ ...FIXED, base: null, hooks: { streamWrite: (line) => `text: ${hide(line)}` } }, stream).info({ password: 'pw' }, 'it is hunter2');
    pino({ ...FIXED, base: null, redact: ['card'], hooks: { streamWrite: hide } }, stream).warn(
      { card: '4111', token: 'tk', text: 'x'.repeat(2_000_000) },
      'it is hunter2',
    );
    const [text, long, ...more] = await observed.records();
    expect(more).toEqual([]);
    expect(text).toMatchObject({
      body: 'text: {"level":30,"time":1700000000000,"password":"REDACTED","msg":"it is ***"}',
      timeUnixNano: 1_700_000_000_000_000_000n,
    });
    expect([text, long].map((record) => record?.attributes)).toEqual([{}, {}]);
    expect(long?.body).toMatch(/^\{"level":40,"time":1700000000000,"card":"\[Redacted\]","token":"REDACTED","text":"x+$/);
    expect(long?.body).toHaveLength(65_536);
    expect(long).toMatchObject({ severityNumber: 13 });
    expect(calls).toHaveLength(2);
    expect(stream.lines).toHaveLength(2);
  });

  verifies('L2', 'are sent once each when a hook or a stream logs by the same stream', async () => {
    observed = await observeLogs(true);
    let depth = 0;
    const logger: Logger = pino(
      {
        ...FIXED,
        base: null,
        hooks: {
          streamWrite: (line) => {
            depth += 1;
            if (depth === 1) {
              logger.info('by the hook');
            }
            return line.replace('outer', 'changed');
          },
        },
      },
      stream,
    );
    logger.info('outer');
    expect(stream.objects().map(({ msg }) => msg)).toEqual(['by the hook', 'changed']);
    expect((await observed.records()).map(({ body }) => body)).toEqual(['by the hook', 'changed']);
    expect(Object.hasOwn(stream, 'write')).toBe(false);
  });

  verifies('L2', 'keep fields of their own that have the names of pino', async () => {
    observed = await observeLogs({ level: 'trace' });
    const own = { level: 'high', time: 'noon', pid: 7, hostname: 'other' };
    writeWith({}, (logger) => logger.info(own, 'fields'));
    writeWith({}, (logger) => logger.info({ level: 3, time: 4 }, 'numbers'));
    writeWith({ base: { pid: 7 }, formatters: { level: (level) => ({ level: level.toUpperCase() }) } }, (logger) => logger.info('none'));
    const records = await observed.records();
    expect(records.map(({ attributes }) => attributes)).toEqual([own, { level: 3, time: 4 }, { pid: 7 }]);
    expect(new Set(records.map(({ timeUnixNano }) => timeUnixNano))).toEqual(new Set([1_700_000_000_000_000_000n]));
  });

  verifies('L1', 'carry the ids where only an object within them has a field of such a name', async () => {
    observed = await observeLogs();
    const ids = inSpan(() => {
      pino(FIXED, stream).child({ upstream: { trace_id: 'theirs' }, text: '"trace_id":' }).info('by a binding');
      pino(FIXED, stream).info({ upstream: { trace_id: 'theirs' } }, 'by a field');
      pino({ ...FIXED, nestedKey: 'payload' }, stream).info({ trace_id: 'theirs' }, 'nested');
    });
    expect(stream.objects()).toMatchObject([
      { upstream: { trace_id: 'theirs' }, ...ids },
      { upstream: { trace_id: 'theirs' }, ...ids },
      { payload: { trace_id: 'theirs' }, ...ids },
    ]);
  });

  verifies('L2', 'are written to streams that can not be watched, and to those that throw, as without Otelier', async () => {
    observed = await observeLogs(true);
    const frozen = Object.freeze({ write: (line: string) => stream.write(line) });
    pino(FIXED, frozen).info('to a frozen stream');
    const refuse = {
      write: () => {
        throw new Error('no stream');
      },
    };
    const { write } = refuse;
    expect(() => pino(FIXED, refuse).info('refused')).toThrow('no stream');
    expect(Object.getOwnPropertyDescriptor(refuse, 'write')).toEqual({ value: write, configurable: true, enumerable: true, writable: true });
    expect((await observed.records()).map(({ body }) => body)).toEqual(['to a frozen stream', 'refused']);
    expect(observed.otel.status().problems).toEqual([]);
  });

  verifies('L2', 'are sent, and written as they are, by a logger that is frozen', async () => {
    observed = await observeLogs(true);
    const logger = pino(FIXED, stream);
    logger.info('frozen');
    const [line = ''] = stream.lines;
    Object.freeze(logger);
    const ids = inSpan(() => logger.info('frozen'));
    expect(stream.lines).toEqual([line, line]);
    expect((await observed.records()).map(({ spanId }) => spanId)).toEqual([undefined, ids.span_id]);
    expect(observed.otel.status().problems).toEqual([]);
  });

  verifies('L4', 'show no more of an error than the application does', async () => {
    observed = await observeLogs(true);
    const error = new TypeError('secret text');
    pino({ ...FIXED, redact: ['err.message', 'err.stack'] }, stream).error(error, 'redacted');
    pino({ ...FIXED, redact: { paths: ['err'], remove: true } }, stream).error(error, 'removed');
    pino(FIXED, stream).error({ problem: error }, 'without a serializer');
    pino({ ...FIXED, errorKey: 'failure' }, stream).error(error, 'by another name');
    pino({ ...FIXED, serializers: { err: () => ({ code: 'E_SHOWN' }) } }, stream).error(error, 'serialized');
    const [redacted, removed, bare, renamed, serialized] = await observed.records();
    expect(redacted?.attributes).toEqual({
      'exception.type': 'TypeError',
      'exception.message': '[Redacted]',
      'exception.stacktrace': '[Redacted]',
    });
    expect(removed?.attributes).toEqual({});
    expect(bare?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'secret text' });
    expect(renamed?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'secret text' });
    expect(renamed?.attributes).not.toHaveProperty('failure');
    expect(serialized?.attributes).toEqual({ 'exception.type': 'TypeError', err: { code: 'E_SHOWN' } });
  });

  verifies('L3', 'go out as JSON in the body where that is wanted, with the same attributes', async () => {
    observed = await observeLogs({ body: 'json' });
    writeWith({ base: { region: 'eu' } }, (logger) => logger.warn({ order: 7, err: new Error('x') }, 'late'));
    const [record] = await observed.records();
    expect(JSON.parse(record?.body as string)).toEqual({ message: 'late', ...record?.attributes });
    expect(record?.attributes).toMatchObject({ region: 'eu', order: 7, 'exception.message': 'x' });
  });

  verifies('L3', 'keep their message in a body of JSON beside a field of its name', async () => {
    observed = await observeLogs({ body: 'json' });
    writeWith({ base: null }, (logger) => logger.info({ message: 'a field', order: 7 }, 'the message'));
    const [record] = await observed.records();
    expect(JSON.parse(record?.body as string)).toEqual({ message: 'the message', order: 7 });
    expect(record?.attributes).toEqual({ message: 'a field', order: 7 });
  });

  verifies('L2', 'are sent from the level on that is set, in levels of the application too', async () => {
    observed = await observeLogs({ level: 'warn' });
    const logger = pino<'audit' | 'loud'>({ timestamp: false, level: 'trace', customLevels: { audit: 45, loud: 35 } }, stream);
    logger.info('not');
    logger.audit('custom above');
    logger.loud('custom below');
    logger.warn('warned');
    expect((await observed.records()).map(({ body, severityNumber, severityText }) => [body, severityNumber, severityText])).toEqual([
      ['custom above', 13, 'audit'],
      ['warned', 13, 'warn'],
    ]);
  });

  verifies('L2', 'have the time of the line, in whichever form', async () => {
    observed = await observeLogs(true);
    writeWith({ timestamp: () => ',"at":"2024-02-03T04:05:06.789Z"' }, (logger) => logger.info('iso'));
    writeWith({ timestamp: () => ',"time":1700000001' }, (logger) => logger.info('unix'));
    writeWith({ timestamp: false }, (logger) => logger.info('none'));
    const records = await observed.records();
    expect(records.map(({ timeUnixNano }) => timeUnixNano / 1_000_000n).slice(0, 2)).toEqual([1_706_933_106_789n, 1_700_000_001_000n]);
    expect(Number((records[2]?.timeUnixNano ?? 0n) / 1_000_000n)).toBeCloseTo(Date.now(), -5);
    expect(records.map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
  });

  verifies('L2', 'are not sent again when the stream prints them by console, nor while telemetry is exported', async () => {
    const printed: string[] = [];
    const original = console.log;
    try {
      console.log = (line: string) => void printed.push(line);
      observed = await observeLogs(true);
      const logger = pino({ ...FIXED, base: null }, { write: (line: string) => console.log(line) });
      logger.info('once');
      console.log('by itself');
      const other = pino({ ...FIXED, level: 'debug' }, { write: (line: string) => console.log(`pretty: ${line.length}`) });
      other.info('as another text');
      other.debug('below the level');
      context.with(suppressTracing(context.active()), () => logger.info('exporting'));
      expect((await observed.records()).map(({ body }) => body)).toEqual(['once', 'by itself', 'as another text']);
    } finally {
      console.log = original;
    }
    expect(printed).toHaveLength(5);
    expect(printed[0]).toBe('{"level":30,"time":1700000000000,"msg":"once"}\n');
  });

  it('are not listened to after the shutdown, nor when logs are left alone', async () => {
    observed = await observeLogs();
    expect(hasSubscribers('tracing:pino_asJson:start')).toBe(true);
    await observed.end();
    expect(hasSubscribers('tracing:pino_asJson:start')).toBe(false);
    observed = await observeLogs(false);
    expect(hasSubscribers('tracing:pino_asJson:start')).toBe(false);
    inSpan(() => pino(FIXED, stream).info('alone'));
    expect(stream.lines[0]).not.toContain('trace_id');
  });
});
