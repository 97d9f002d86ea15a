import { SpanStatusCode, type SpanContext, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import { spanSize } from '../../src/sampling/span-size.js';
import { remoteParent, SampledProcess, traceIdOf, UNLUCKY } from './sampled-process.js';

const TEXT = 'x'.repeat(10_000);

beforeEach(() => clearProblems());

function stateOf(serialize: () => string): TraceState {
  const state: TraceState = { get: () => undefined, set: () => state, unset: () => state, serialize };
  return state;
}

function contextWith(traceState: TraceState): SpanContext {
  return { traceId: traceIdOf(UNLUCKY), spanId: 'b7ad6b7169203331', traceFlags: 0, traceState };
}

function sizeWith(change: (span: Span) => unknown): number {
  const span = new SampledProcess({ ratio: 1 }).start('span') as Span;
  change(span);
  span.end();
  return spanSize(span as unknown as ReadableSpan);
}

describe('the size of a waiting span', () => {
  it.each<[part: string, change: (span: Span) => unknown]>([
    ['its name', (span) => span.updateName(`span${TEXT}`)],
    ['the message of its status', (span) => span.setStatus({ code: SpanStatusCode.ERROR, message: TEXT })],
    ['an attribute', (span) => span.setAttribute('a', TEXT)],
    ['the name of an attribute', (span) => span.setAttribute(TEXT, 1)],
    ['an item of an attribute', (span) => span.setAttribute('a', ['', TEXT])],
    ['the name of an event', (span) => span.addEvent(TEXT)],
    ['an attribute of an event', (span) => span.addEvent('event', { a: TEXT })],
    ['an attribute of a link', (span) => span.addLink({ context: contextWith(stateOf(() => '')), attributes: { a: TEXT } })],
    ['the trace state of a link', (span) => span.addLink({ context: contextWith(stateOf(() => TEXT)) })],
  ])('counts %s [S2]', (_part, change) => {
    const added = sizeWith(change) - sizeWith(() => {});
    expect(added).toBeGreaterThanOrEqual(2 * TEXT.length);
    expect(added).toBeLessThan(2 * TEXT.length + 500);
  });

  it.each<[part: string, change: (span: Span) => unknown, least: number]>([
    ['each span', () => {}, 900],
    ['each event', (span) => Array.from({ length: 100 }, () => span.addEvent('')), 18_000],
    ['each link', (span) => Array.from({ length: 100 }, () => span.addLink({ context: contextWith(stateOf(() => '')) })), 16_000],
    ['each item of an attribute', (span) => span.setAttribute('a', Array.from({ length: 100 }, () => '')), 3000],
  ])('counts %s, as much as it holds without texts [S2]', (_part, change, least) => {
    expect(sizeWith(change)).toBeGreaterThan(least);
  });

  verifies('S2', 'counts the trace state of the span', () => {
    const process = new SampledProcess({ keepErrors: true });
    const size = (traceState?: string): number =>
      spanSize(process.start('span', { parent: remoteParent(0, UNLUCKY, traceState) }) as unknown as ReadableSpan);
    expect(size(`vendor=${'x'.repeat(200)}`) - size()).toBe(2 * 207);
  });

  verifies(['S2', 'X6'], 'is a number whatever the application has put into the span', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const failing = stateOf(() => {
      throw new Error('no text');
    });
    const odd = (span: Span): void => {
      span.updateName(undefined as unknown as string);
      span.addEvent(Symbol('event') as unknown as string);
      span.addLink({ context: contextWith(failing) });
      span.addLink({ context: contextWith(stateOf(() => 5 as unknown as string)) });
      span.setAttribute('holes', [null, undefined, 'x']);
    };
    expect(sizeWith(odd)).toBeGreaterThan(1000);
  });
});

describe('the limit of bytes', () => {
  verifies('S2', 'holds where spans have their texts in messages, events and links', () => {
    expectDiagnostics('OTELIER_TRACES_LET_GO');
    const process = new SampledProcess({ ratio: 0, keepErrors: true, limits: { maxBytes: 100_000 } });
    const root = process.start('root');
    for (let number = 0; number < 100; number += 1) {
      const span = process.start('work', { parent: root });
      span.setStatus({ code: SpanStatusCode.UNSET, message: TEXT });
      span.addEvent(TEXT);
      span.end();
    }
    expect(process.status.spans.waiting).toBeLessThanOrEqual(4);
  });
});
