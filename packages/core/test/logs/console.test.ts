import { inspect } from 'node:util';
import { verifies } from '@otelier/testkit';
import { inSpan, observeLogs, type ObservedLogs } from './observed-logs';

const METHODS = ['debug', 'info', 'log', 'warn', 'error'] as const;

let observed: ObservedLogs | undefined;
let printed: unknown[][];
let restore: () => void;

beforeEach(() => {
  printed = [];
  const originals = METHODS.map((name) => [name, console[name]] as const);
  METHODS.forEach((name) => {
    console[name] = (...args: unknown[]) => void printed.push([name, ...args]);
  });
  restore = () => originals.forEach(([name, method]) => (console[name] = method));
});
afterEach(async () => {
  await observed?.end();
  observed = undefined;
  restore();
});

describe('the console', () => {
  verifies('L1', 'prints what it prints without Otelier, as long as nobody asks for more', async () => {
    const { log } = console;
    observed = await observeLogs();
    expect(console.log).toBe(log);
    await observed.end();
    observed = await observeLogs(true);
    const value = { a: 1 };
    inSpan(() => console.log('%s and', 'text', value));
    expect(printed).toEqual([['log', '%s and', 'text', value]]);
    expect(printed[0]?.[3]).toBe(value);
  });

  verifies('L1', 'ends the lines within a span in its ids where that is wanted', async () => {
    observed = await observeLogs({ correlateConsole: true, send: false });
    const ids = inSpan(() => {
      console.log('plain', { a: 1 });
      console.warn('%s and %s', 'one');
      console.log();
    });
    console.log('outside %s', 'x');
    const suffix = `trace_id=${ids.trace_id} span_id=${ids.span_id} trace_flags=01`;
    expect(printed).toEqual([
      ['log', 'plain', { a: 1 }, suffix],
      ['warn', `one and %s ${suffix}`],
      ['log'],
      ['log', 'outside %s', 'x'],
    ]);
    expect(await observed.records()).toEqual([]);
  });

  verifies(['L2', 'L4'], 'sends what it prints once, with severity, trace and exception', async () => {
    observed = await observeLogs({ level: 'debug' });
    const error = Object.assign(new TypeError('broken at http://u:p@host/'), { code: 'E' });
    const ids = inSpan(() => METHODS.forEach((name) => console[name](`by ${name}`, 7, { order: 1, password: 'pw' })));
    console.error(error);
    console.error('failed:', error);
    const records = await observed.records();
    const text = inspect({ order: 1, password: 'REDACTED' });
    expect(records.slice(0, 5)).toMatchObject(
      METHODS.map((name, index) => ({
        body: `by ${name} 7 ${text}`,
        severityText: name,
        severityNumber: [5, 9, 9, 13, 17][index],
        traceId: ids.trace_id,
        spanId: ids.span_id,
      })),
    );
    expect(records.slice(5)).toMatchObject([
      { body: 'broken at http://REDACTED:REDACTED@host/', severityNumber: 17 },
      { body: 'failed: TypeError: broken at http://REDACTED:REDACTED@host/' },
    ]);
    const exception = {
      'exception.type': 'TypeError',
      'exception.message': 'broken at http://REDACTED:REDACTED@host/',
      'exception.stacktrace': expect.stringMatching(/^TypeError: broken at http:\/\/REDACTED:REDACTED@host\/\n +at /),
    };
    expect(records.slice(5).map(({ attributes }) => attributes)).toEqual([exception, exception]);
    expect(records).toHaveLength(7);
    expect(printed).toHaveLength(7);
  });

  verifies('L2', 'does not send the messages of Otelier itself, nor what is beneath the level', async () => {
    observed = await observeLogs({ level: 'warn' });
    console.warn('[otelier] OTELIER_EXPORT_FAILED: nothing');
    console.info('too low');
    console.warn('sent');
    expect((await observed.records()).map(({ body }) => body)).toEqual(['sent']);
  });

  verifies('L2', 'prints and throws what it does without Otelier when values are hostile', async () => {
    observed = await observeLogs(true);
    const hostile = new Proxy({}, {
      ownKeys: () => {
        throw new Error('no keys');
      },
    });
    const loud = { toJSON: () => console.log('called back') };
    console.log(hostile, loud, 10n, Symbol('s'));
    console.log('afterwards');
    const bodies = (await observed.records()).map(({ body }) => body);
    expect(bodies.at(-1)).toBe('afterwards');
    expect(bodies).toHaveLength(2);
    expect(printed.filter(([, first]) => first === hostile)).toEqual([['log', hostile, loud, 10n, expect.anything()]]);
    expect(observed.otel.status().problems).toEqual([]);
  });

  verifies('L2', 'sends no more of a value than the line shows', async () => {
    class Account {
      #pin = '4711';
      readonly owner = { name: 'Ann', deep: { deeper: { hidden: 'too deep' } } };
      get pin(): string {
        return this.#pin;
      }
      toJSON(): object {
        return { pin: this.#pin };
      }
    }
    class Sealed {
      readonly content = 'sealed';
      [inspect.custom](): string {
        return 'Sealed';
      }
    }
    class Refused extends Error {
      [inspect.custom](): string {
        return 'Refused';
      }
    }
    observed = await observeLogs(true);
    const values = [new Account(), { nested: { account: new Account() } }, new Sealed(), [new Sealed()], new Proxy({ a: 1 }, {})];
    values.forEach((value) => console.log(value));
    console.log('%s %o %j', 'with', new Sealed(), { sealed: 1 });
    console.error(new Refused('the reason'));
    console.log({
      [inspect.custom]: () => {
        throw new Error('not shown');
      },
    });
    const bodies = (await observed.records()).map(({ body }) => body);
    expect(bodies).toEqual([...values.map((value) => inspect(value)), 'with Sealed {"sealed":1}', 'Refused', '[Unreadable]']);
    expect(observed.otel.status().problems).toEqual([]);
    const all = inspect(await observed.records(), { depth: 9 });
    expect(['4711', 'too deep', "'sealed'", 'the reason'].filter((secret) => all.includes(secret))).toEqual([]);
  });

  verifies('L2', 'leaves out what stands under secret names, wherever the line shows it', async () => {
    class User {
      readonly name = 'Ann';
      readonly password = 'p1';
    }
    observed = await observeLogs(true);
    const map = new Map<string, unknown>([['authorization', 'Bearer p2'], ['accept', '*/*']]);
    console.log(new User(), map, { headers: new Headers({ cookie: 'a=p3' }) });
    console.log(JSON.stringify({ apiKey: 'p4', cookie: { session: 'p5' }, order: 7 }));
    console.log('%o', { deep: { token: ['p6', { a: 'p7' }] } });
    const bodies = (await observed.records()).map(({ body }) => body as string);
    expect(bodies.join()).not.toMatch(/p\d/);
    expect(bodies[0]).toContain("User { name: 'Ann', password: 'REDACTED' }");
    expect(bodies[0]).toContain("'authorization' => 'REDACTED', 'accept' => '*/*'");
    expect(JSON.parse(bodies[1] ?? '')).toEqual({ apiKey: 'REDACTED', cookie: 'REDACTED', order: 7 });
  });

  it('is given back at the shutdown', async () => {
    const methods = METHODS.map((name) => console[name]);
    observed = await observeLogs(true);
    expect(METHODS.map((name) => console[name])).not.toEqual(methods);
    await observed.end();
    observed = undefined;
    expect(METHODS.map((name) => console[name])).toEqual(methods);
  });
});
