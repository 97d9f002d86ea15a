import { propagation, ROOT_CONTEXT, SpanKind, trace, TraceFlags, type Context, type TextMapPropagator } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { SettableOutgoingHeaders } from '../../src/outgoing/outgoing-call.js';
import { carriedTrace, injectContext, withdrawContext } from '../../src/outgoing/propagation.js';
import { isWritten, rememberWritten } from '../../src/outgoing/written-spans.js';

class GivenHeaders implements SettableOutgoingHeaders {
  constructor(private readonly values: Record<string, string> = {}) {}
  get(name: string): string | undefined {
    return this.values[name];
  }
  set(name: string, value: string): void {
    this.values[name] = value;
  }
  remove(name: string): void {
    delete this.values[name];
  }
  all(): Record<string, string> {
    return this.values;
  }
}

const TRACE = '1'.repeat(32);
const parent = { traceId: TRACE, spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true };

/** A context with a span of this id, and with baggage. */
function within(spanId: string): Context {
  const baggage = propagation.createBaggage({ 'user.id': { value: '42' } });
  return propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, { ...parent, spanId }), baggage);
}

describe('with the propagators of the set-up', () => {
  let telemetry: TelemetryProbe;
  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  afterAll(() => telemetry.otel.shutdown());

  verifies('D10', 'baggage and trace state alone are no trace of somebody else, and stay', () => {
    const headers = new GivenHeaders({ baggage: 'own=1', tracestate: 'own=1' });
    expect(carriedTrace(headers, ROOT_CONTEXT)).toBe('none');
    expect([...injectContext(within('3'.repeat(16)), headers, false)]).toEqual(['traceparent']);
    expect(headers.all()).toMatchObject({ baggage: 'own=1', tracestate: 'own=1' });
  });

  verifies('D10', 'the span of whoever is served is passed on only together with its trace', () => {
    const start = trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = new BasicTracerProvider().getTracer('server').startSpan('GET', { kind: SpanKind.SERVER }, start);
    const served = setRPCMetadata(trace.setSpan(start, span), { type: RPCType.HTTP, span });
    const carried = (traceId: string): string =>
      carriedTrace(new GivenHeaders({ traceparent: `00-${traceId}-${parent.spanId}-01` }), served);
    expect([carried(TRACE), carried('f'.repeat(32))]).toEqual(['passed on', 'foreign']);
  });

  verifies('D10', "takes its own trace back, and leaves the application's baggage", () => {
    const own = new GivenHeaders({ traceparent: 'of the request before', baggage: 'own=1', 'x-own': 'kept' });
    withdrawContext(within('4'.repeat(16)), own);
    expect(own.all()).toEqual({ baggage: 'own=1', 'x-own': 'kept' });
    const copied = new GivenHeaders({ traceparent: 'of the request before', baggage: 'user.id=42' });
    withdrawContext(within('4'.repeat(16)), copied);
    expect(copied.all()).toEqual({});
  });
});

describe("with a propagator of the application's", () => {
  const use = (fields: Record<string, string>): void => {
    const propagator: TextMapPropagator = {
      inject: (_context, carrier, { set }) => Object.entries(fields).forEach(([name, value]) => set(carrier, name, value)),
      extract: (given) => given,
      fields: () => Object.keys(fields),
    };
    propagation.disable();
    propagation.setGlobalPropagator(propagator);
  };
  afterEach(() => propagation.disable());

  verifies(['D10', 'X6'], 'what is no legal header is not written', () => {
    use({ 'X-Trace': 'kept', 'x trace': 'a', 'x-line': 'a\r\nb: c', '': 'a', 'x-wide': '\u{100}' });
    const headers = new GivenHeaders();
    expect([...injectContext(within('5'.repeat(16)), headers, false)]).toEqual(['x-trace']);
    expect(headers.all()).toEqual({ 'x-trace': 'kept' });
  });

  verifies('D10', 'a span that was not written is not known as one', () => {
    const [silent, told] = ['6'.repeat(16), '7'.repeat(16)];
    use({});
    injectContext(within(silent), new GivenHeaders(), false);
    use({ 'x-trace': 'a' });
    injectContext(within(told), new GivenHeaders(), false);
    expect([isWritten(silent), isWritten(told)]).toEqual([false, true]);
  });
});

verifies(['D10', 'X7'], 'of the spans that were written the last 4096 are known', () => {
  const ids = Array.from({ length: 4097 }, (_, id) => `written-${id}`);
  ids.forEach(rememberWritten);
  expect([0, 1, 4096].map((id) => isWritten(`written-${id}`))).toEqual([false, true, true]);
});
