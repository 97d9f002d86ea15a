import { SpanStatusCode, trace } from '@opentelemetry/api';
import { traced, withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { activeSpanId, exceptionsOf, TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

let telemetry: TelemetryProbe;

beforeAll(() => {
  telemetry = new TelemetryProbe();
});
beforeEach(() => telemetry.clear());
afterAll(() => telemetry.otel.shutdown());

function named(name: string): ReadableSpan {
  const found = telemetry.spans().filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as ReadableSpan;
}

describe('withSpan', () => {
  verifies('P9', 'returns what a synchronous function returns and ends its span', () => {
    const result = withSpan('work', { 'work.size': 3 }, (span) => [span.spanContext().spanId, activeSpanId()]);
    const span = named('work');
    expect(result).toEqual([span.spanContext().spanId, span.spanContext().spanId]);
    expect(span.attributes).toEqual({ 'work.size': 3 });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('P9', 'hands on the very promise of the function and ends the span when it has settled', async () => {
    let finish: (value: string) => void = () => {};
    const promise = new Promise<string>((resolve) => {
      finish = resolve;
    });
    expect(withSpan('work', () => promise)).toBe(promise);
    expect(telemetry.spans()).toEqual([]);
    finish('done');
    expect(await promise).toBe('done');
    named('work');
  });

  verifies('P9', 'makes spans within spans their children', async () => {
    await withSpan('outer', async () => {
      await Promise.resolve();
      withSpan('inner', () => {});
    });
    expect(named('inner').parentSpanContext?.spanId).toBe(named('outer').spanContext().spanId);
  });

  for (const kind of ['thrown', 'rejected'] as const) {
    verifies('P9', `passes a ${kind} error on unchanged and records it once, on the innermost span`, async () => {
      const error = new RangeError('too far');
      const fail = (): unknown => {
        if (kind === 'thrown') {
          throw error;
        }
        return Promise.reject(error);
      };
      await expect((async () => withSpan('outer', () => withSpan('inner', fail)))()).rejects.toBe(error);
      expect(exceptionsOf(named('inner'))).toEqual([
        expect.objectContaining({ 'exception.type': 'RangeError', 'exception.message': 'too far' }),
      ]);
      expect(exceptionsOf(named('outer'))).toEqual([]);
      for (const span of telemetry.spans()) {
        expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
        expect(span.attributes['error.type']).toBe('RangeError');
      }
    });
  }

  verifies('P9', 'keeps the span of an asynchronous generator open and active until its last item', async () => {
    async function* numbers(): AsyncGenerator<string, string> {
      yield activeSpanId();
      await Promise.resolve();
      yield activeSpanId();
      return 'end';
    }
    const generator = withSpan('numbers', numbers);
    const first = await generator.next();
    expect(telemetry.spans()).toEqual([]);
    const rest: string[] = [];
    for await (const item of generator) {
      rest.push(item);
    }
    const { spanId } = named('numbers').spanContext();
    expect([first.value, ...rest]).toEqual([spanId, spanId]);
  });

  verifies('P9', 'ends the span of a generator that its reader leaves early', async () => {
    async function* endless(): AsyncGenerator<number> {
      for (let item = 0; ; item += 1) {
        yield item;
      }
    }
    for await (const item of withSpan('endless', endless)) {
      if (item === 2) {
        break;
      }
    }
    named('endless');
  });

  verifies('P9', 'records the error of a generator and passes it on', async () => {
    const error = new Error('dried up');
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw error;
    }
    const read = async (): Promise<void> => {
      for await (const _item of withSpan('failing', failing)) {
        // Only its end is of interest.
      }
    };
    await expect(read()).rejects.toBe(error);
    expect(named('failing').status.code).toBe(SpanStatusCode.ERROR);
  });

  verifies('P9', 'follows a synchronous generator', () => {
    function* letters(): Generator<string> {
      yield activeSpanId();
      yield activeSpanId();
    }
    const items = [...withSpan('letters', letters)];
    const { spanId } = named('letters').spanContext();
    expect(items).toEqual([spanId, spanId]);
  });

  verifies('P9', 'leaves a lazy thenable to whoever awaits it, so that it runs once and within the span', async () => {
    class LazyQuery implements PromiseLike<string> {
      #runs: string[] = [];
      get runs(): readonly string[] {
        return this.#runs;
      }
      where(): this {
        return this;
      }
      // oxlint-disable-next-line unicorn/no-thenable -- query builders are such classes
      then<A, B>(resolve?: ((rows: string) => A | PromiseLike<A>) | null, reject?: ((error: unknown) => B | PromiseLike<B>) | null): PromiseLike<A | B> {
        this.#runs.push(activeSpanId());
        return Promise.resolve('rows').then(resolve, reject);
      }
    }
    const query = withSpan('lazy', () => new LazyQuery());
    expect(query.runs).toEqual([]);
    expect(await query.where()).toBe('rows');
    expect(query.runs).toEqual([named('lazy').spanContext().spanId]);
  });

  verifies('P9', 'records the failure of a lazy thenable and passes it on', async () => {
    const error = new Error('no rows');
    // oxlint-disable-next-line unicorn/no-thenable -- query builders are such objects
    const failing: PromiseLike<never> = { then: (...handlers) => Promise.reject(error).then(...handlers) as never };
    await expect((async () => withSpan('lazy', () => failing))()).rejects.toBe(error);
    expect(named('lazy').status.code).toBe(SpanStatusCode.ERROR);
  });

  verifies('P9', 'lets a synchronous generator stay one for whoever reads it asynchronously', async () => {
    function* promises(): Generator<Promise<number>> {
      yield Promise.resolve(1);
    }
    const seen: unknown[] = [];
    // oxlint-disable-next-line typescript/await-thenable -- a synchronous generator of promises can be read so
    for await (const item of withSpan('promises', promises)) {
      seen.push(item);
    }
    expect(seen).toEqual([1]);
    expect(withSpan('constructor', promises).constructor).not.toBe(Object);
  });

  verifies('P9', 'refuses arguments that are no name and function', () => {
    expect(() => withSpan('work', 42 as never)).toThrow(TypeError);
    expect(() => withSpan(42 as never, () => {})).toThrow(/withSpan\(name, fn\): got number, function/);
  });

  verifies('P9', 'runs the function all the same when nothing has been set up', () => {
    trace.disable();
    expect(withSpan('work', () => 7)).toBe(7);
  });
});

describe('traced', () => {
  beforeAll(async () => {
    await telemetry.otel.shutdown();
    telemetry = new TelemetryProbe();
  });

  verifies('P9', 'keeps this, arguments, result, name and length of the function', () => {
    function add(this: { base: number }, left: number, right: number): number {
      return this.base + left + right;
    }
    const wrapped = traced('add numbers', add);
    expect(wrapped.call({ base: 1 }, 2, 3)).toBe(6);
    expect([wrapped.name, wrapped.length]).toEqual(['add', 2]);
    expect(named('add numbers').attributes).toEqual({ 'code.function.name': 'add' });
  });

  verifies('P9', 'gives every call a span of its own', async () => {
    const wrapped = traced('call', async (id: number) => Promise.resolve(id));
    expect(await Promise.all([1, 2, 3].map((id) => wrapped(id)))).toEqual([1, 2, 3]);
    expect(telemetry.spans().map((span) => span.name)).toEqual(['call', 'call', 'call']);
  });
});
