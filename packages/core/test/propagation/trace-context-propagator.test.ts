import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { TraceContextPropagator } from '../../src/propagation/trace-context-propagator.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const propagator = new TraceContextPropagator();

function extract(headers: Record<string, string | string[]>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

function inject(context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

/** The context of a child span of what came in, as the SDK makes it: it knows the sampled flag only. */
function childOf(context: Context): Context {
  const parent = trace.getSpanContext(context);
  return trace.setSpanContext(context, {
    traceId: parent?.traceId ?? TRACE_ID,
    spanId: '00f067aa0ba902b7',
    traceFlags: (parent?.traceFlags ?? 1) & 1,
    ...(parent?.traceState === undefined ? {} : { traceState: parent.traceState }),
  });
}

const state = (header: string): string | undefined =>
  trace.getSpanContext(extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: header }))?.traceState?.serialize();

describe('the propagator of W3C Trace Context level 2', () => {
  for (const flags of ['00', '01', '02', '03']) {
    verifies('R10', `keeps the flags ${flags} of a trace that came in`, () => {
      const headers = inject(childOf(extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-${flags}` })));
      expect(headers['traceparent']).toBe(`00-${TRACE_ID}-00f067aa0ba902b7-${flags}`);
    });
  }

  verifies('R10', 'says of a trace that began here that its id is random', () => {
    expect(inject(childOf(ROOT_CONTEXT))['traceparent']).toBe(`00-${TRACE_ID}-00f067aa0ba902b7-03`);
  });

  verifies('R10', 'reads a later version by the fields that it knows', () => {
    const context = extract({ traceparent: `cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-brings` });
    expect(trace.getSpanContext(context)).toMatchObject({ traceId: TRACE_ID, spanId: PARENT_ID, isRemote: true });
  });

  verifies('R10', 'takes a header that came twice for none', () => {
    const twice = `00-${TRACE_ID}-${PARENT_ID}-01`;
    expect(trace.getSpanContext(extract({ traceparent: [twice, twice] }))).toBeUndefined();
  });

  verifies('R10', 'keeps a legal tracestate, several headers as one list', () => {
    expect(state('a=1,b=2')).toBe('a=1,b=2');
    expect(state('tenant@vendor=x y,0key_-*/=!')).toBe('tenant@vendor=x y,0key_-*/=!');
    const lists = extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: ['a=1', 'b=2'] });
    expect(trace.getSpanContext(lists)?.traceState?.serialize()).toBe('a=1,b=2');
  });

  const tooMany = Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',');
  for (const [what, header] of [
    ['a 33rd member', tooMany],
    ['a key that is too long', `${'k'.repeat(257)}=1`],
    ['a system that is too long', `t@${'s'.repeat(15)}=1`],
    ['a key in capitals', 'Good=1,ok=2'],
    ['a key twice', 'a=1,a=2'],
    ['a value with an equals sign', 'a=1=2'],
    ['a member without a value', 'a=1,b'],
    ['a line break', 'a=1\r\nb=2'],
    ['a value that is too long', `a=${'v'.repeat(257)}`],
  ] as const) {
    verifies('R10', `discards all of a tracestate with ${what}`, () => {
      expect(state(header)).toBeUndefined();
    });
  }

  verifies('R10', 'writes nothing for a context without a span', () => {
    expect(inject(ROOT_CONTEXT)).toEqual({});
  });
});
