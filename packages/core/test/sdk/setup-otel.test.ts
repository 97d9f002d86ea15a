import { context, createContextKey, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import * as core from '../../src/index.js';
import { ensureOtel } from '../../src/sdk/ensure-otel.js';

const { collector, setupOtel, withSpan } = core;
const QUIET = { destinations: [], handleSignals: false } as const;

let handles: core.Otel[];

beforeEach(() => {
  handles = [];
});

afterEach(async () => {
  await Promise.all(handles.map((otel) => otel.shutdown()));
  for (const api of [trace, metrics, propagation, context]) {
    api.disable();
  }
});

function setUp(options?: core.OtelOptions): core.Otel {
  const otel = setupOtel(options);
  handles.push(otel);
  return otel;
}

/** Another copy of the package, with its own copy of everything that it imports. */
function secondCopy(): typeof core {
  let copy: typeof core | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<typeof core>('../../src/index.js');
  });
  if (copy === undefined || copy.setupOtel === setupOtel) {
    throw new Error('no second copy was made');
  }
  return copy;
}

describe('setupOtel() called again', () => {
  verifies('P1', 'returns the same handle and sets up nothing', () => {
    const otel = setUp(QUIET);
    const provider = trace.getTracerProvider();
    const listeners = process.listenerCount('beforeExit');
    expect(setupOtel()).toBe(otel);
    expect(setupOtel({})).toBe(otel);
    expect(setupOtel({ ...QUIET, serviceName: undefined })).toBe(otel);
    expect(trace.getTracerProvider()).toBe(provider);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
    expect(otel.status().problems).toEqual([]);
  });

  verifies('P1', 'returns the same handle to another copy of the package', () => {
    const otel = setUp(QUIET);
    const copy = secondCopy();
    expect(copy.setupOtel(QUIET)).toBe(otel);
    copy.withSpan('by the copy', () => {});
    withSpan('by the original', () => {});
    expect(otel.status().spans).toMatchObject({ started: 2, ended: 2 });
  });

  verifies('P1', 'returns the same handle to an adapter, before and after the application', () => {
    const otel = ensureOtel({ otel: QUIET });
    handles.push(otel as core.Otel);
    expect(setupOtel(QUIET)).toBe(otel);
    expect(ensureOtel({})).toBe(otel);
    expect(ensureOtel({ otel: { ...QUIET } })).toBe(otel);
    expect(otel?.status().problems).toEqual([]);
  });

  verifies('P1', 'warns once of each other set of options, also by another copy and an adapter', () => {
    expectDiagnostics('OTELIER_SETUP_REPEATED');
    const otel = setUp({ ...QUIET, serviceName: 'shop', database: { queryText: 'raw' } });
    expect(setupOtel({ serviceName: 'shop', database: { queryText: 'raw' } })).toBe(otel);
    expect(otel.status().problems).toEqual([]);
    setupOtel({ serviceName: 'stock' });
    secondCopy().setupOtel({ serviceName: 'bank' });
    ensureOtel({ otel: { serviceName: 'post' } });
    setupOtel({ serviceName: 'stock', database: { queryText: 'off' }, destinations: [collector()] });
    expect(otel.status().problems).toEqual([
      {
        code: 'OTELIER_SETUP_REPEATED',
        message: 'setupOtel() was called again with another serviceName.',
        count: 3,
      },
      {
        code: 'OTELIER_SETUP_REPEATED',
        message: 'setupOtel() was called again with another serviceName, database, destinations.',
        count: 1,
      },
    ]);
  });

  verifies('P1', 'compares with what was given, whatever the application did with its object since', () => {
    const options: { -readonly [Name in keyof core.OtelOptions]: core.OtelOptions[Name] } = { ...QUIET, serviceName: 'shop' };
    const otel = setUp(options);
    options.serviceName = 'stock';
    setupOtel({ serviceName: 'shop' });
    expect(otel.status().problems).toEqual([]);
  });

  it('throws for a wrong option as the first call does', () => {
    setUp(QUIET);
    expect(() => setupOtel({ serviceName: '' })).toThrow('option serviceName: "" is not allowed');
    expect(() => setupOtel(null as unknown as core.OtelOptions)).toThrow('option setupOtel: null is not allowed');
  });

  it('works after a call that threw', () => {
    expect(() => setupOtel({ ...QUIET, environment: '' })).toThrow(TypeError);
    const otel = setUp(QUIET);
    withSpan('work', () => {});
    expect(otel.status().spans.ended).toBe(1);
  });
});

describe('an adapter', () => {
  it('leaves the set-up to the application where that is asked for', () => {
    expect(ensureOtel({ otel: false })).toBeUndefined();
    withSpan('work', (span) => expect(span.isRecording()).toBe(false));
  });
});

describe('after shutdown()', () => {
  verifies('P1', 'a new set-up works, with its own counts and problems', async () => {
    expectDiagnostics('OTELIER_SETUP_REPEATED');
    const first = setUp({ ...QUIET, serviceName: 'first' });
    setupOtel({ serviceName: 'other' });
    withSpan('of the first', () => {});
    await first.shutdown();
    const exporter = new InMemorySpanExporter();
    const second = setUp({ ...QUIET, serviceName: 'second', spanProcessors: [new SimpleSpanProcessor(exporter)] });
    expect(second).not.toBe(first);
    withSpan('of the second', () => {});
    expect(exporter.getFinishedSpans().map((span) => span.resource.attributes['service.name'])).toEqual(['second']);
    expect([first.status().spans.ended, second.status().spans.ended]).toEqual([1, 1]);
    expect(second.status().problems).toEqual([]);
  });

  verifies('P1', 'a further shutdown() of the old handle leaves the new set-up alone', async () => {
    for (const options of [QUIET, { ...QUIET, disabled: true }]) {
      const old = setUp(options);
      const ending = old.shutdown();
      await ending;
      const otel = setUp(QUIET);
      await old.shutdown();
      expect(old.shutdown()).toBe(ending);
      expect(setupOtel()).toBe(otel);
      withSpan('work', (span) => expect(span.isRecording()).toBe(true));
      await otel.shutdown();
    }
  });

  verifies('P1', 'nothing of the set-up is left', async () => {
    const events = ['beforeExit', 'exit', 'SIGTERM', 'SIGINT'] as const;
    const listeners = (): number[] => events.map((event) => process.listenerCount(event));
    const before = listeners();
    const otel = setUp({ destinations: [] });
    expect(listeners()).not.toEqual(before);
    await otel.shutdown();
    expect(listeners()).toEqual(before);
    withSpan('work', (span) => expect(span.isRecording()).toBe(false));
    expect(propagation.fields()).toEqual([]);
    const key = createContextKey('key');
    context.with(context.active().setValue(key, 1), () => expect(context.active().getValue(key)).toBeUndefined());
  });
});

describe('an SDK that the application has registered first', () => {
  verifies('P1', 'is used through the API, and nothing is set up', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    const listeners = process.listenerCount('beforeExit');
    const otel = setUp();
    expect(ensureOtel({})).toBe(otel);
    withSpan('work', () => {});
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['work']);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
    expect(otel.status()).toEqual({
      spans: { started: 0, ended: 0, exported: 0, failed: 0, dropped: 0 },
      destinations: [],
      problems: [],
    });
    await otel.flush();
    await otel.shutdown();
    withSpan('after the shutdown', () => {});
    expect(exporter.getFinishedSpans()).toHaveLength(2);
    await provider.shutdown();
  });

  verifies('P1', 'is told once to whoever gave options, which have no effect', async () => {
    expectDiagnostics('OTELIER_SDK_PRESENT');
    const provider = new NodeTracerProvider();
    provider.register();
    const otel = setUp({ serviceName: 'shop', destinations: [collector('http://127.0.0.1:9')] });
    setupOtel({ serviceName: 'shop' });
    expect(otel.status().destinations).toEqual([]);
    expect(otel.status().problems).toMatchObject([{ code: 'OTELIER_SDK_PRESENT', count: 1 }]);
    await provider.shutdown();
  });

  verifies('P1', 'for metrics alone stays registered through set-up and shutdown', async () => {
    const meterProvider = new MeterProvider();
    metrics.setGlobalMeterProvider(meterProvider);
    // The API says by its own logger that there is a provider already.
    diag.disable();
    const otel = setUp(QUIET);
    withSpan('work', () => {});
    expect(otel.status().spans.ended).toBe(1);
    await otel.shutdown();
    expect(metrics.getMeterProvider()).toBe(meterProvider);
    await meterProvider.shutdown();
  });
});
