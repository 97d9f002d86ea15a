import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import { TraceContextPropagator } from '../../src/propagation/trace-context-propagator.js';
import { SeededRandom } from '../sql/seeded-random.js';
import { isLegalHeader } from './legal-header.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
/** A member more than is allowed. */
const tooMany = Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',');
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
    expect(state(' a=1 ,\t, ,b= 2\t')).toBe('a=1,b= 2');
    expect(state('')).toBeUndefined();
    const longest = Array.from({ length: 32 }, (_, index) => `${'k'.repeat(254)}${index + 10}=${'v'.repeat(256)}`).join(',');
    expect(state(longest)).toBe(longest);
    expect(state(`t@${'s'.repeat(254)}=1,a@b@c=2`)).toBe(`t@${'s'.repeat(254)}=1,a@b@c=2`);
    const lists = extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: ['a=1', 'b=2'] });
    expect(trace.getSpanContext(lists)?.traceState?.serialize()).toBe('a=1,b=2');
  });

  for (const [what, header] of [
    ['a 33rd member', tooMany],
    ['a key that is too long', `${'k'.repeat(257)}=1`],
    ['a long key after a legal one', `a=1,${'k'.repeat(257)}=1`],
    ['a key in capitals', 'Good=1,ok=2'],
    ['a key that begins with an at sign', '@a=1'],
    ['a space before the equals sign', 'a =1'],
    ['an empty value', 'a='],
    ['an empty key', '=1'],
    ['a byte that is no ASCII', 'a=\xe9'],
    ['more space than a legal list can have', `a=1,${' '.repeat(20_000)}b=2`],
    ['a megabyte of spaces', `a=${' '.repeat(1_000_000)}b`],
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

  for (const [flags, expected] of [
    ['0f', '03'],
    ['fc', '00'],
    ['fe', '02'],
  ] as const) {
    verifies('R10', `sets flags to zero that have no meaning yet: ${flags}`, () => {
      for (const version of ['00', 'cc']) {
        const incoming = extract({ traceparent: `${version}-${TRACE_ID}-${PARENT_ID}-${flags}` });
        expect(trace.getSpanContext(incoming)?.traceFlags).toBe(Number(expected));
        expect(inject(childOf(incoming))['traceparent']).toBe(`00-${TRACE_ID}-00f067aa0ba902b7-${expected}`);
        expect(inject(incoming)['traceparent']).toBe(`00-${TRACE_ID}-${PARENT_ID}-${expected}`);
      }
    });
  }

  verifies('R10', 'says of a trace that begins within another that its id is random', () => {
    const incoming = extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` });
    const traceId = 'a'.repeat(32);
    const root = trace.setSpanContext(incoming, { traceId, spanId: PARENT_ID, traceFlags: 1 });
    expect(inject(root)['traceparent']).toBe(`00-${traceId}-${PARENT_ID}-03`);
  });

  verifies('R10', 'claims nothing of the id of a span that somebody else has received', () => {
    const spanContext = { traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 1, isRemote: true };
    expect(inject(trace.setSpanContext(ROOT_CONTEXT, spanContext))['traceparent']).toBe(`00-${TRACE_ID}-${PARENT_ID}-01`);
  });

  for (const header of [
    '',
    '00',
    `00-${TRACE_ID}-${PARENT_ID}`,
    `00-${TRACE_ID}-${PARENT_ID}-1`,
    `00-${TRACE_ID}-${PARENT_ID}-001`,
    `00-${TRACE_ID}-${PARENT_ID}-01-`,
    `00-${TRACE_ID}-${PARENT_ID}-01-more`,
    `ff-${TRACE_ID}-${PARENT_ID}-01`,
    `0-${TRACE_ID}-${PARENT_ID}-01`,
    `CC-${TRACE_ID}-${PARENT_ID}-01`,
    `cc-${TRACE_ID}-${PARENT_ID}-01.more`,
    `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`,
    `00-${'0'.repeat(32)}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `00-${TRACE_ID}-${PARENT_ID}-0g`,
    `\xa000-${TRACE_ID}-${PARENT_ID}-01`,
    `00-${TRACE_ID}-${PARENT_ID}-01\r\nx: y`,
    `00-${TRACE_ID}-${PARENT_ID}-01,00-${TRACE_ID}-${PARENT_ID}-01`,
    `cc-${TRACE_ID}-${PARENT_ID}-01-${'x'.repeat(16_000)}`,
  ]) {
    verifies('R10', `begins a new trace for a malformed header: ${JSON.stringify(header.slice(0, 80))}`, () => {
      expect(trace.getSpanContext(extract({ traceparent: header, tracestate: 'a=1' }))).toBeUndefined();
    });
  }

  verifies('R10', 'ignores space around the header', () => {
    const context = extract({ traceparent: `\t 00-${TRACE_ID}-${PARENT_ID}-01 \t` });
    expect(trace.getSpanContext(context)?.traceId).toBe(TRACE_ID);
  });

  verifies('R10', 'keeps the parent when the tracestate is illegal', () => {
    const context = extract({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`, tracestate: 'Illegal' });
    expect(inject(context)).toEqual({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` });
  });
});

describe('what an application puts into a span context', () => {
  const written = (spanContext: object): Record<string, string> =>
    inject(trace.setSpanContext(ROOT_CONTEXT, spanContext as SpanContext));
  const valid = { traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 1 };
  const serialized = (serialize: () => unknown): Record<string, string> => written({ ...valid, traceState: { serialize } });
  const parent = `00-${TRACE_ID}-${PARENT_ID}-03`;

  verifies('R10', 'is written when its trace state is legal', () => {
    expect(serialized(() => 'a=1, b=2')).toEqual({ traceparent: parent, tracestate: 'a=1,b=2' });
    expect(written({ ...valid, traceState: createTraceState('tenant@vendor=1,b=2') })).toEqual({
      traceparent: parent,
      tracestate: 'tenant@vendor=1,b=2',
    });
  });

  verifies(['R10', 'X6'], 'is written without a trace state that would break the header', () => {
    for (const state of ['a=1\r\nset-cookie: x=1', 'a=\u0000', 'a=\u3042', '', 'no list', 7, undefined, null, {}, tooMany]) {
      expect([state, serialized(() => state)]).toEqual([state, { traceparent: parent }]);
    }
  });

  verifies(['R10', 'X6'], 'throws nothing out of a trace state that can not be read', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const fail = (): never => {
      throw new Error('unreadable');
    };
    expect(serialized(fail)).toEqual({ traceparent: parent });
    clearProblems();
  });

  verifies(['R10', 'X6'], 'is not written with ids that are none', () => {
    for (const traceId of ['', '0'.repeat(32), 'x'.repeat(32), `${TRACE_ID}\r\n`, undefined, 7]) {
      expect([traceId, written({ ...valid, traceId })]).toEqual([traceId, {}]);
    }
    expect(written({ ...valid, traceId: TRACE_ID.toUpperCase() })).toEqual({ traceparent: parent });
    expect(written({ ...valid, spanId: '7' })).toEqual({});
  });

  verifies(['R10', 'X6'], 'throws nothing out of ids that can not be read', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    expect(written({ ...valid, traceId: Symbol('id') })).toEqual({});
    clearProblems();
  });
});

describe('random headers of a trace', () => {
  verifies(['R10', 'X6'], 'are read without an error, and leave legal ones', () => {
    const random = new SeededRandom(10);
    const pieces = [TRACE_ID, PARENT_ID, '00', '01', '-', '-', 'cc', ',', '=', 'a=1', 'b', '@', ' ', '\t', '\r\n', '\u0000', '\xe9', '~'];
    const text = (length: number): string => Array.from({ length: random.below(length) }, () => random.pick(pieces)).join('');
    const broken: string[] = [];
    let extracted = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const traceparent = random.pick([text(12), `00-${TRACE_ID}-${PARENT_ID}-0${random.below(10)}${text(2)}`]);
      const context = extract({ traceparent, tracestate: text(20) });
      const headers = inject(context);
      const again = inject(extract(headers));
      extracted += Object.keys(headers).length;
      broken.push(...Object.values(headers).filter((value) => !isLegalHeader(value) || JSON.stringify(headers) !== JSON.stringify(again)));
    }
    expect(broken).toEqual([]);
    expect(extracted).toBeGreaterThan(5000);
  });
});
