import { Writable } from 'node:stream';
import { verifies, type ReceivedLogRecord } from '@otelier/testkit';
import winston from 'winston';
import { traceIntegration } from '../../src/index.js';
import { inSpan, KeptLines, observeLogs, type ObservedLogs } from './observed-logs';

const { format, transports } = winston;
const MESSAGE = Symbol.for('message');

let observed: ObservedLogs | undefined;
let kept: KeptLines;

beforeEach(() => {
  kept = new KeptLines();
});
afterEach(async () => {
  await observed?.end();
  observed = undefined;
});

/** A transport that keeps what it is given, one line at a time, as long as `hold` does not hold it up. */
function keepingTransport(lines: KeptLines, level?: string): winston.transport {
  const stream = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      lines.write(line);
      done();
    },
  });
  return new transports.Stream({ stream, eol: '\n', ...(level === undefined ? {} : { level }) });
}

function loggerWith(options: winston.LoggerOptions = {}, lines: KeptLines = kept): winston.Logger {
  return winston.createLogger({ format: format.json(), transports: [keepingTransport(lines)], ...options });
}

/** Typed by another name than it has. */
const { Transport } = winston as unknown as { readonly Transport: new (options: object) => winston.transport };

/** All records, once the transports have been given the first line, which takes a turn. */
async function writtenRecords(): Promise<ReceivedLogRecord[]> {
  await new Promise(setImmediate);
  return (await observed?.records()) ?? [];
}

const text = format.printf((info) => `${info.level}: ${info.message as string} ${(info['trace_id'] as string | undefined) ?? 'none'}`);

describe('the lines of winston', () => {
  verifies('L1', 'carry the ids within a span, in JSON and in text, and stay as they were outside', async () => {
    const write = (logger: winston.Logger): void => {
      logger.info('plain');
      logger.child({ child: 1 }).warn('with %s', { order: 7 });
      logger.log({ level: 'error', message: 'by an object', nested: { a: 1 } });
      logger.error(new TypeError('broken'));
      logger.log('info', 'three', { a: 1 });
    };
    const [bareJson, bareText] = [new KeptLines(), new KeptLines()];
    write(loggerWith({}, bareJson));
    write(loggerWith({ format: text }, bareText));
    observed = await observeLogs();
    const [json, lines] = [new KeptLines(), new KeptLines()];
    const [jsonLogger, textLogger] = [loggerWith({}, json), loggerWith({ format: text }, lines)];
    const ids = inSpan(() => [jsonLogger, textLogger].forEach(write));
    [jsonLogger, textLogger].forEach(write);
    expect(json.objects().slice(0, 5)).toMatchObject([ids, ids, ids, ids, ids]);
    expect(json.objects().slice(0, 5).map(({ trace_id: _t, span_id: _s, trace_flags: _f, ...rest }) => rest)).toEqual(bareJson.objects());
    expect(lines.lines.slice(0, 5)).toEqual(bareText.lines.map((line) => line.replace('none', ids.trace_id)));
    expect(json.lines.slice(5)).toEqual(bareJson.lines);
    expect(lines.lines.slice(5)).toEqual(bareText.lines);
    expect(await observed.records()).toEqual([]);
  });

  verifies('L1', 'leave the objects and the errors of the application as they are', async () => {
    observed = await observeLogs(true);
    const error = new Error('mine');
    const info = { level: 'info', message: 'mine too' };
    const logger = loggerWith({ format: format.combine(format.errors({ stack: true }), format.json()) });
    inSpan(() => {
      logger.error(error);
      logger.log(info);
    });
    logger.log(info);
    expect([error, info].map((value) => 'trace_id' in value)).toEqual([false, false]);
    const [first, second, third] = kept.objects();
    expect(first).toMatchObject({ message: 'mine', stack: error.stack });
    expect([first, second, third].map((line) => typeof line?.['trace_id'])).toEqual(['string', 'string', 'undefined']);
  });

  verifies('L1', 'carry the ids of whoever logged them, also behind a slow transport', async () => {
    observed = await observeLogs(true);
    const waiting: (() => void)[] = [];
    const slow = new transports.Stream({
      stream: new Writable({
        highWaterMark: 1,
        write: (line: Buffer, _encoding, done) => {
          kept.write(line.toString());
          waiting.push(done);
        },
      }),
    });
    (slow as { log?: unknown }).log = (info: Record<symbol, string>, done: () => void) => {
      kept.write(String(info[MESSAGE]));
      waiting.push(done);
    };
    const logger = winston.createLogger({ format: format.json(), transports: [slow] });
    const ids = Array.from({ length: 60 }, (_value, index) => inSpan(() => logger.info(`line ${index}`)));
    while (kept.lines.length < 60) {
      waiting.splice(0).forEach((done) => done());
      await new Promise(setImmediate);
    }
    expect(kept.objects()).toMatchObject(ids.map((own, index) => ({ message: `line ${index}`, ...own })));
    expect((await observed.records()).map(({ spanId, body }) => [spanId, body])).toEqual(
      ids.map(({ span_id }, index) => [span_id, `line ${index}`]),
    );
  });

  verifies(['L2', 'L4'], 'are sent once each with several transports, with severity, body, fields and exception', async () => {
    observed = await observeLogs(true);
    const logger = loggerWith({
      level: 'silly',
      format: format.combine(format.timestamp(), format.splat(), format.colorize({ all: true }), format.json()),
      transports: [keepingTransport(kept), keepingTransport(kept), keepingTransport(kept, 'error')],
      defaultMeta: { service: 'shop' },
    });
    const ids = inSpan(() => {
      logger.info('paid %d', 12, { order: { id: 7 } });
      logger.error('failed:', new RangeError('too much'));
      logger.verbose('hidden');
    });
    logger.warn({ message: 'by an object', cause: new Error('field') });
    const [first, second, third, ...more] = await observed.records();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ severityNumber: 9, severityText: 'info', body: 'paid 12', traceId: ids.trace_id, spanId: ids.span_id });
    expect(first?.attributes).toEqual({ service: 'shop', order: { id: 7 } });
    expect(second).toMatchObject({ severityNumber: 17, body: 'failed: too much' });
    expect(second?.attributes).toEqual({
      service: 'shop',
      'exception.type': 'RangeError',
      'exception.message': 'too much',
      'exception.stacktrace': expect.stringMatching(/^RangeError: too much\n +at /),
    });
    expect(third).toMatchObject({ severityNumber: 13, body: 'by an object', traceId: undefined });
    expect(third?.attributes).toMatchObject({ 'exception.type': 'Error', 'exception.message': 'field' });
    expect(kept.lines).toHaveLength(9);
  });

  verifies('L2', 'are not sent when a format leaves them out, when no transport takes them, or when the logger is silent', async () => {
    observed = await observeLogs({ level: 'trace' });
    const logger = loggerWith({
      level: 'info',
      format: format.combine(format((info) => (info['private'] === true ? false : info))(), format.json()),
    });
    logger.debug('below the level of the logger');
    logger.info('private', { private: true });
    logger.info('public');
    logger.log({ level: 'info', message: 'an exception that no transport handles', exception: true });
    logger.transports.forEach((transport) => Object.assign(transport, { silent: true }));
    logger.info('silent transports');
    logger.transports.forEach((transport) => Object.assign(transport, { silent: false }));
    logger.silent = true;
    logger.info('silenced');
    expect((await observed.records()).map(({ body }) => body)).toEqual(['public']);
    expect(kept.objects().map(({ message }) => message)).toEqual(['public']);
  });

  verifies('L4', 'carry an error that was logged by itself, in a span and outside, as JSON shows nothing of it', async () => {
    observed = await observeLogs(true);
    const logger = loggerWith();
    const write = (): void => {
      logger.error(Object.assign(new TypeError('broken'), { code: 'E1' }));
      logger.error({ message: new TypeError('broken') });
    };
    inSpan(write);
    write();
    const records = await observed.records();
    expect(records.map(({ body, attributes }) => [body, attributes['code'], attributes['exception.type']])).toEqual(
      ['E1', undefined, 'E1', undefined].map((code) => ['broken', code, 'TypeError']),
    );
    expect(records.map(({ attributes }) => attributes['exception.message'])).toEqual(records.map(() => 'broken'));
  });

  verifies('L4', 'carry an error that a format replaces by its message in what was logged', async () => {
    observed = await observeLogs(true);
    const { combine, errors, json } = format;
    loggerWith({ format: combine(errors(), json()) }).log({ level: 'error', message: new TypeError('broken') as never });
    const [record] = await observed.records();
    expect(record).toMatchObject({ body: 'broken', attributes: { 'exception.type': 'TypeError', 'exception.message': 'broken' } });
  });

  verifies('L4', 'show no more of an error than the format does', async () => {
    observed = await observeLogs(true);
    const masked = format((info) => ({ ...info, message: 'masked', stack: undefined, error: undefined }));
    const logger = loggerWith({ format: format.combine(masked(), format.json()) });
    logger.error('with a field', { error: new TypeError('secret text') });
    const [record] = await observed.records();
    expect(record?.body).toBe('masked');
    expect(JSON.stringify(record?.attributes)).not.toContain('secret text');
  });

  verifies('L4', 'show no more of an error that a format changes in place', async () => {
    observed = await observeLogs(true);
    const masked = format((info) => Object.assign(info, { message: 'masked' }));
    const loggers = [format.json(), format.simple()].map((shape) => loggerWith({ format: format.combine(masked(), shape) }));
    const write = (): void => loggers.forEach((logger) => logger.error(new TypeError('secret text')));
    inSpan(write);
    write();
    const records = await observed.records();
    expect(records).toHaveLength(4);
    expect(JSON.stringify(records.map(({ body, attributes }) => [body, attributes]))).not.toContain('secret text');
  });

  verifies('L2', 'are sent as a text shows them: what it leaves out is not sent', async () => {
    observed = await observeLogs(true);
    const shown = format.printf((info) => `${info.level} ${info.message as string} ${JSON.stringify(info['shown'])} ${String(info['count'])}`);
    const fields = { shown: { name: 'A "n"', list: ['x1'], password: 'pw' }, count: 7, pin: '4711', deep: { pin: '4712', list: ['4713'] } };
    const logger = loggerWith({ format: shown });
    logger.info('paid', fields);
    logger.error('failed', { error: new TypeError('unseen') });
    logger.error('failed too:', new TypeError('seen'));
    loggerWith({ format: format.printf((info) => `<${String(info.message).toUpperCase()}> token: "tk"`) }).info('changed');
    logger.log({ level: 'info', message: 'with a stack', stack: 'Error: unseen\n    at here' });
    const [paid, failed, seen, changed, stack] = await observed.records();
    expect([failed, changed, stack].map((record) => record?.attributes)).toEqual([{}, {}, {}]);
    expect(paid).toMatchObject({ body: 'paid' });
    expect(paid?.attributes).toEqual({ shown: { name: 'A "n"', list: ['x1'], password: 'REDACTED' }, count: 7 });
    expect(failed).toMatchObject({ body: 'failed' });
    expect(seen?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'seen' });
    expect(changed).toMatchObject({ body: '<CHANGED> token: "REDACTED"' });
  });

  verifies('L2', 'are sent as JSON shows them', async () => {
    observed = await observeLogs(true);
    const replacer = (name: string, value: unknown): unknown => (name === 'card' ? '[hidden]' : name === 'cause' ? undefined : value);
    const logger = loggerWith({ format: format.json({ replacer }) });
    logger.info('paid', { card: '4111', map: new Map([['pin', '4711']]), when: new Date(0) });
    logger.error('failed', { cause: new TypeError('secret text') });
    loggerWith({ format: format.logstash() }).info('by another name', { a: 1 });
    const [paid, failed, logstash] = await observed.records();
    expect(failed?.attributes).toEqual({});
    expect(paid?.attributes).toEqual({ card: '[hidden]', map: {}, when: '1970-01-01T00:00:00.000Z' });
    expect(failed).toMatchObject({ body: 'failed' });
    expect(logstash?.body).toMatch(/^\{"@fields":\{"a":1.*"@message":"by another name"/);
  });

  verifies('L2', 'are sent as the first transport shows them that takes them, where transports have formats of their own', async () => {
    observed = await observeLogs(true);
    const hiding = format((info) => (info['private'] === true ? false : { ...info, card: '[hidden]' }));
    const calls: string[] = [];
    const counted = format((info) => {
      calls.push(String(info.message));
      return info;
    });
    const own = (level: string, change: ReturnType<typeof hiding>): winston.transport =>
      Object.assign(keepingTransport(kept, level), { format: format.combine(counted(), change, format.json()) });
    const transport = own('info', hiding());
    const logger = loggerWith({ transports: [own('error', format((info) => info)()), transport] });
    const before = transport.format;
    logger.info('paid', { card: '4111' });
    logger.info('left out', { private: true });
    logger.error('failed', { card: '4112' });
    logger.debug('below');
    const records = await writtenRecords();
    expect(transport.format).toBe(before);
    expect(calls).toEqual(['paid', 'left out', 'failed', 'failed']);
    expect(records.map(({ body, attributes }) => [body, attributes])).toEqual([
      ['paid', { card: '[hidden]' }],
      ['failed', { card: '4112' }],
    ]);
    logger.add(keepingTransport(kept));
    logger.info('by the logger', { card: '4113' });
    expect((await writtenRecords()).at(-1)).toMatchObject({ body: 'by the logger', attributes: { card: '4113' } });
  });

  verifies('L2', 'are sent once each, as they are shown, by a transport of its own format that is held up', async () => {
    observed = await observeLogs(true);
    const waiting: (() => void)[] = [];
    const log = (info: Record<symbol, string>, done: () => void): void => {
      kept.write(String(info[MESSAGE]));
      waiting.push(done);
    };
    const change = format((info) => ({ ...info, message: `${String(info.message)}!` }));
    const logger = winston.createLogger({ transports: [new Transport({ log, format: format.combine(change(), format.json()) })] });
    const ids = Array.from({ length: 40 }, (_value, index) => inSpan(() => logger.info(`line ${index % 2}`)));
    while (kept.lines.length < 40) {
      waiting.splice(0).forEach((done) => done());
      await new Promise(setImmediate);
    }
    expect(kept.objects()).toMatchObject(ids.map((own, index) => ({ message: `line ${index % 2}!`, ...own })));
    expect((await writtenRecords()).map(({ spanId, body }) => [spanId, body])).toEqual(
      ids.map(({ span_id }, index) => [span_id, `line ${index % 2}!`]),
    );
  });

  verifies('L2', 'are sent once each by loggers that write to each other, and by one without transports', async () => {
    observed = await observeLogs(true);
    const hide = format((info) => ({ ...info, card: undefined }));
    const inner = loggerWith({ format: format.combine(hide(), format.json()) });
    loggerWith({ format: format((info) => ({ ...info, outer: true }))(), transports: [inner as unknown as winston.transport] }).info('handed on', { card: '4111' });
    expect((await writtenRecords()).map(({ body, attributes }) => [body, attributes])).toEqual([['handed on', { outer: true }]]);
    const warned: unknown[] = [];
    const { error } = console;
    try {
      console.error = (...args: unknown[]) => void warned.push(args[0]);
      const alone = winston.createLogger({ level: 'warn' });
      alone.warn('alone');
      alone.info('below');
    } finally {
      console.error = error;
    }
    expect(warned).toHaveLength(2);
    expect((await writtenRecords()).map(({ body }) => body)).toEqual(['handed on', 'alone']);
  });

  verifies('L2', 'are not sent again when a transport of the application prints them by console', async () => {
    const printed: string[] = [];
    const { log } = console;
    try {
      console.log = (line: string) => void printed.push(line);
      observed = await observeLogs(true);
      const other = loggerWith({}, new KeptLines());
      const print = (info: { message: string }, done: () => void): void => {
        other.info('by the transport');
        console.log(`printed: ${info.message}`);
        done();
      };
      // winston asks for the method and does not call it.
      const plain = Object.assign(new Writable({
        objectMode: true,
        write: (info: { message: string }, _encoding, done) => {
          console.log(`plain: ${info.message}`);
          done();
        },
      }), { log: () => {} });
      const logger = loggerWith({ transports: [new Transport({ log: print }), new Transport({ log: print, level: 'error' }), plain as unknown as winston.transport] });
      logger.info('once');
      console.log('by itself');
      expect((await writtenRecords()).map(({ body }) => body)).toEqual(['once', 'by itself']);
      const late = (info: { message: string }, done: () => void): void => {
        print(info, () => setImmediate(done));
      };
      const slow = loggerWith({ transports: [new Transport({ log: late })] });
      const lines = Array.from({ length: 5 }, (_value, index) => `slow ${index}`);
      lines.forEach((line) => slow.info(line));
      while (printed.length < 3 + lines.length) {
        await new Promise(setImmediate);
      }
      expect((await observed.records()).map(({ body }) => body)).toEqual(['once', 'by itself', ...lines]);
      printed.length = 3;
      const transport = Transport.prototype as { readonly _write: unknown };
      const { _write } = transport;
      await observed.end();
      expect(transport._write).not.toBe(_write);
    } finally {
      console.log = log;
    }
    expect(printed).toEqual(['printed: once', 'plain: once', 'by itself']);
  });

  verifies('L2', 'are not sent again when a transport prints them by console', async () => {
    observed = await observeLogs(true);
    const printed: string[] = [];
    const { log } = console;
    await observed.end();
    try {
      console.log = (line: string) => void printed.push(line);
      observed = await observeLogs(true);
      const logger = loggerWith({ transports: [new transports.Console({ forceConsole: true })] });
      logger.info('once');
      logger.info('twice');
      expect((await observed.records()).map(({ body }) => body)).toEqual(['once', 'twice']);
    } finally {
      console.log = log;
    }
    expect(printed).toEqual(['{"level":"info","message":"once"}', '{"level":"info","message":"twice"}']);
  });

  it('are left alone after the shutdown, and when logs are left alone', async () => {
    observed = await observeLogs(true);
    const logger = loggerWith();
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(logger) as object) as object;
    expect(Object.hasOwn(prototype, 'write')).toBe(true);
    await observed.end();
    expect(['write', 'push', 'emit'].map((name) => Object.hasOwn(prototype, name))).toEqual([false, false, false]);
    observed = await observeLogs(false);
    expect(Object.hasOwn(prototype, 'write')).toBe(false);
    inSpan(() => logger.info('alone'));
    expect(kept.lines).toEqual(['{"level":"info","message":"alone"}\n']);
  });

  it('are observed once when the module is handed over too, whichever comes first', async () => {
    const undo = traceIntegration(winston);
    observed = await observeLogs(true);
    const logger = loggerWith();
    inSpan(() => logger.info('once'));
    expect(await observed.records()).toHaveLength(1);
    undo();
    inSpan(() => logger.info('after the undo'));
    expect(await observed.records()).toHaveLength(1);
    expect(kept.objects()[1]).not.toHaveProperty('trace_id');
  });
});
