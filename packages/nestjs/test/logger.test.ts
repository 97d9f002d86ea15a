import { inspect } from 'node:util';
import { ConsoleLogger, Controller, Get, Logger } from '@nestjs/common';
import { collector, setupOtel, withSpan, type Otel, type OtelOptions } from '@otelier/core';
import { trace } from '@opentelemetry/api';
import { OtelModule } from '@otelier/nestjs';
import { startOtlpSink, verifies, type OtlpSink, type ReceivedLogRecord } from '@otelier/testkit';
import { createApp } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

const STREAMS = ['stdout', 'stderr'] as const;

let sink: OtlpSink;
let otel: Otel | undefined;
let lines: string[];
let release: () => void;

beforeEach(async () => {
  sink = await startOtlpSink();
  lines = [];
  const undos = STREAMS.map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = (chunk: string | Uint8Array): boolean => lines.push(String(chunk)) > 0;
    return () => {
      stream.write = write;
    };
  });
  release = () => undos.forEach((undo) => undo());
});
afterEach(async () => {
  release();
  Logger.overrideLogger(false);
  await otel?.shutdown();
  await sink.close();
});

/** An application observes the logger, from then on in every set-up. */
async function observe(logs?: OtelOptions['logs']): Promise<void> {
  otel = setupOtel({
    serviceName: 'nest-logs',
    handleSignals: false,
    destinations: [collector(sink.url)],
    ...(logs === undefined ? {} : { logs }),
  });
  const app = await createApp('express', { imports: [OtelModule.forRoot()] });
  await app.close();
  // The application has none.
  Logger.overrideLogger(new ConsoleLogger());
}

async function records(): Promise<ReceivedLogRecord[]> {
  await otel?.flush();
  return sink.logs();
}

/** Calls a function within a span and returns the ids of the span, as they stand in a line. */
function inSpan(action: () => void): { trace_id: string; span_id: string; trace_flags: string } {
  return withSpan('work', () => {
    action();
    const { traceId = '', spanId = '' } = trace.getActiveSpan()?.spanContext() ?? {};
    return { trace_id: traceId, span_id: spanId, trace_flags: '01' };
  });
}

const json = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

class FixedLogger extends ConsoleLogger {
  protected override getTimestamp(): string {
    return 'now';
  }
}

describe(`the logger of nestjs ${NEST_MAJOR}`, () => {
  verifies('L1', 'writes the ids at the end of every line within a span, and leaves the lines outside as they were', async () => {
    const write = (logger: ConsoleLogger): void => {
      logger.log('plain');
      logger.warn({ order: 7 }, 'Orders');
      logger.error('failed', 'Error: failed\n    at here', 'Orders');
    };
    const logger = new FixedLogger('Shop', { colors: false });
    write(logger);
    const bare = lines.splice(0);
    await observe();
    lines.length = 0;
    const ids = inSpan(() => write(logger));
    const within = lines.splice(0);
    write(logger);
    expect(lines).toEqual(bare);
    const suffix = ` trace_id=${ids.trace_id} span_id=${ids.span_id} trace_flags=01\n`;
    const isStack = (line: string): boolean => line.startsWith('Error: failed');
    expect(bare.some(isStack)).toBe(true);
    expect(within).toEqual(bare.map((line) => (isStack(line) ? line : line.replace(/\n$/, suffix))));
    expect(Object.getOwnPropertyNames(logger)).not.toContain('formatMessage');
    expect(await records()).toEqual([]);
  });

  verifies('L1', 'writes the ids as fields in JSON, also in a class of the application that adds its own', async () => {
    class OwnLogger extends ConsoleLogger {
      protected override getJsonLogObject(...args: Parameters<ConsoleLogger['getJsonLogObject']>): ReturnType<ConsoleLogger['getJsonLogObject']> {
        return { ...super.getJsonLogObject(...args), own: true } as ReturnType<ConsoleLogger['getJsonLogObject']>;
      }
    }
    await observe();
    lines.length = 0;
    const logger = new OwnLogger({ json: true });
    const ids = inSpan(() => logger.log('plain', 'Shop'));
    logger.log('outside', 'Shop');
    const [first, second] = json();
    expect(first).toMatchObject({ level: 'log', message: 'plain', context: 'Shop', own: true, ...ids });
    expect(second).toMatchObject({ message: 'outside', own: true });
    expect(second).not.toHaveProperty('trace_id');
  });

  verifies(['L2', 'L4'], 'sends each line once, with severity, body, context and exception', async () => {
    await observe({ level: 'trace' });
    await records();
    sink.clear();
    const logger = new Logger('Shop');
    const ids = inSpan(() => {
      logger.log('paid');
      logger.error('failed', 'RangeError: too much\n    at pay (shop.js:1:1)');
      logger.error(new TypeError('broken'));
    });
    logger.verbose({ order: { id: 7, password: 'pw' } });
    const [paid, failed, broken, verbose, ...more] = await records();
    expect(more).toEqual([]);
    expect(paid).toMatchObject({ severityNumber: 9, severityText: 'log', body: 'paid', traceId: ids.trace_id, spanId: ids.span_id });
    expect(paid?.attributes).toEqual({ context: 'Shop' });
    expect(failed).toMatchObject({ severityNumber: 17, body: 'failed', spanId: ids.span_id });
    expect(failed?.attributes).toEqual({
      context: 'Shop',
      'exception.type': 'RangeError',
      'exception.message': 'too much',
      'exception.stacktrace': 'RangeError: too much\n    at pay (shop.js:1:1)',
    });
    expect(broken).toMatchObject({ severityNumber: 17, body: 'broken' });
    expect(broken?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'broken' });
    expect(verbose).toMatchObject({ severityNumber: 1, body: '{"order":{"id":7,"password":"REDACTED"}}', traceId: undefined });
    expect(verbose?.attributes).toEqual({ context: 'Shop', order: { id: 7, password: 'REDACTED' } });
  });

  verifies('L2', 'sends each line once in JSON, and where it prints by console', async () => {
    await observe(true);
    await records();
    sink.clear();
    const printed: unknown[] = [];
    const { log } = console;
    let calls = 0;
    try {
      new ConsoleLogger('Shop', { json: true }).log('as json');
      console.log = (line: unknown) => void printed.push(line);
      const options = { colors: false, forceConsole: true } as const;
      new FixedLogger('Shop', options).log(() => `lazy ${(calls += 1)}`);
    } finally {
      console.log = log;
    }
    expect((await records()).map(({ body, attributes }) => [body, attributes])).toEqual([
      ['as json', { context: 'Shop' }],
      ['lazy 1', { context: 'Shop' }],
    ]);
    expect(printed).toEqual([expect.stringMatching(/lazy 1$/)]);
  });

  verifies('L2', 'sends no more of a value than the line shows, and the stack that follows a line with it', async () => {
    class Account {
      #pin = '4711';
      readonly owner = 'Ann';
      readonly deep = { deeper: { hidden: 'too deep' } };
      [inspect.custom](): string {
        return `Account of ${this.owner}`;
      }
      toJSON(): object {
        return { pin: this.#pin };
      }
    }
    class Refused extends Error {
      [inspect.custom](): string {
        return 'Refused';
      }
    }
    const printed: unknown[] = [];
    const { log, error } = console;
    try {
      console.log = (line: unknown) => void printed.push(line);
      console.error = (line: unknown) => void printed.push(line);
      await observe(true);
      await records();
      sink.clear();
      printed.length = 0;
      const logger = new FixedLogger('Shop', { colors: false, forceConsole: true, depth: 1 });
      logger.log(new Account());
      logger.log({ list: [1, 'two'], deep: { deeper: { hidden: 'too deep' } }, password: 'pw' });
      logger.error('failed', 'RangeError: too much\n    at pay (shop.js:1:1)');
      logger.error(new Refused('the reason'));
      new ConsoleLogger('Shop', { json: true, forceConsole: true, compact: false, depth: 1 }).log({ account: new Account(), map: new Map([['a', 1]]) });
      await otel?.flush();
    } finally {
      await otel?.shutdown();
      Object.assign(console, { log, error });
    }
    const sent = sink.logs();
    expect(sent.map(({ body, attributes }) => [body, Object.keys(attributes)])).toEqual([
      [expect.stringMatching(/Account of Ann$/), ['owner', 'context']],
      ['{"list":[1,"two"],"password":"REDACTED"}', ['list', 'password', 'context']],
      ['failed', ['context', 'exception.type', 'exception.message', 'exception.stacktrace']],
      [expect.stringMatching(/Refused$/), ['context']],
      [expect.any(String), ['context']],
    ]);
    expect(inspect(sent, { depth: 9 })).not.toMatch(/4711|too deep|'pw'|the reason/);
    expect(printed).toHaveLength(6);
  });

  verifies('L1', 'ties the lines of a handler to the span of its request', async () => {
    @Controller()
    class OrdersController {
      private readonly logger = new Logger('Orders');

      @Get('orders')
      list(): string {
        this.logger.log('listing');
        return trace.getActiveSpan()?.spanContext().traceId ?? '';
      }
    }
    otel = setupOtel({ serviceName: 'nest-logs', handleSignals: false, destinations: [collector(sink.url)], logs: true });
    const app = await createApp('fastify', { imports: [OtelModule.forRoot()], controllers: [OrdersController] });
    app.useLogger(new FixedLogger({ colors: false }));
    await app.listen(0, '127.0.0.1');
    const answer = await (await fetch(`${await app.getUrl()}/orders`)).text();
    await app.close();
    expect(lines.filter((line) => line.includes('listing'))).toEqual([expect.stringContaining(`trace_id=${answer}`)]);
    expect((await records()).filter(({ body }) => body === 'listing').map(({ traceId }) => traceId)).toEqual([answer]);
  });

  it('is left alone after the shutdown', async () => {
    await observe(true);
    await otel?.shutdown();
    lines.length = 0;
    inSpan(() => new FixedLogger({ colors: false }).log('afterwards'));
    expect(lines.join()).not.toContain('trace_id');
  });
});
