import { Writable } from 'node:stream';
import { verifies } from '@otelier/testkit';
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
    logger.silent = true;
    logger.info('silenced');
    expect((await observed.records()).map(({ body }) => body)).toEqual(['public']);
    expect(kept.objects().map(({ message }) => message)).toEqual(['public']);
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
    expect(['write', 'push'].map((name) => Object.hasOwn(prototype, name))).toEqual([false, false]);
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
