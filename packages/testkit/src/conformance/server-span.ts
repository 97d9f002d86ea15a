import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { send, type Answer, type Sending } from './http-client.js';
import type { Bench } from './spec.js';

/** Whether a span is a request span. */
export function isServerSpan(span: ReadableSpan): boolean {
  return span.kind === SpanKind.SERVER;
}

/** The span of the one request that has been sent since the telemetry was cleared. */
export async function serverSpan({ telemetry }: Bench): Promise<ReadableSpan> {
  const spans = await telemetry.waitFor((all) => all.some(isServerSpan));
  const servers = spans.filter(isServerSpan);
  if (servers.length !== 1) {
    throw new Error(`expected one SERVER span, got ${servers.map((span) => span.name).join(', ')}`);
  }
  return servers[0] as ReadableSpan;
}

/** Sends one request and returns its answer with its span. */
export async function exchange(bench: Bench, path: string, sending?: Sending): Promise<{ answer: Answer; span: ReadableSpan }> {
  const answer = await send(bench.server, path, sending);
  return { answer, span: await serverSpan(bench) };
}

/** The `exception` events of a span. */
export function exceptionsOf(span: ReadableSpan): readonly Readonly<Record<string, unknown>>[] {
  return span.events.filter((event) => event.name === 'exception').map((event) => event.attributes ?? {});
}

/** A span's length in milliseconds. */
export function durationMillis(span: ReadableSpan): number {
  return span.duration[0] * 1000 + span.duration[1] / 1e6;
}
