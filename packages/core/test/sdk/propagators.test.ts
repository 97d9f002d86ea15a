import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { createPropagator } from '../../src/sdk/propagators.js';
import { withRequestScope } from '../../src/tracing/request-scope.js';

const SPAN: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

function injected(name: 'b3' | 'b3multi' | 'tracecontext', ignored: boolean): Record<string, string> {
  const carrier: Record<string, string> = {};
  const within = withRequestScope(trace.setSpanContext(ROOT_CONTEXT, SPAN), { ignored, attributes: undefined, setAttributes: () => {} });
  createPropagator([name]).inject(within, carrier, defaultTextMapSetter);
  return carrier;
}

function extracted(name: 'b3' | 'b3multi', headers: Readonly<Record<string, unknown>>): SpanContext | undefined {
  return trace.getSpanContext(createPropagator([name]).extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
}

describe('the propagators', () => {
  verifies(['P4', 'R16'], 'tell those behind an ignored request that nobody keeps it, in every format', () => {
    const { traceId, spanId } = SPAN;
    expect(injected('tracecontext', true)).toEqual({ traceparent: `00-${traceId}-${spanId}-02` });
    expect(injected('b3', true)).toEqual({ b3: `${traceId}-${spanId}-0` });
    expect(injected('b3', false)).toEqual({ b3: `${traceId}-${spanId}-1` });
    expect(injected('b3multi', true)).toMatchObject({ 'x-b3-sampled': '0' });
    expect(injected('b3multi', false)).toEqual({ 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' });
  });

  const HOSTILE = ['', '0', 'd', '-', '0-0-0', `${'0'.repeat(32)}-${SPAN.spanId}-1`, `${SPAN.traceId}-${'0'.repeat(16)}-1`, `${SPAN.traceId}\r\n-x-1`, 'x'.repeat(100_000), '-'.repeat(100_000)];
  for (const value of HOSTILE) {
    verifies(['P4', 'X6'], `make nothing of a b3 header that is none: ${JSON.stringify(value.slice(0, 60))}`, () => {
      for (const headers of [{ b3: value }, { b3: [value, value] }, { 'x-b3-traceid': value, 'x-b3-spanid': value, 'x-b3-sampled': value }]) {
        expect([extracted('b3', headers), extracted('b3multi', headers)]).toEqual([undefined, undefined]);
      }
    });
  }

  verifies('P4', 'read the older short ids of b3, and its debug flag', () => {
    expect(extracted('b3', { b3: `${SPAN.spanId}-${SPAN.spanId}-d` })).toMatchObject({ traceId: `${'0'.repeat(16)}${SPAN.spanId}`, traceFlags: 1 });
    expect(extracted('b3', { b3: `${SPAN.traceId}-${SPAN.spanId}-0` })).toMatchObject({ traceFlags: 0 });
  });
});
