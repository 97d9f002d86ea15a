import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { send } from './http-client.js';
import { isServerSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';

const REQUESTS = 200;

/** HTTP/2 stays: its requests share one connection, and so the context in which that was accepted. */
const notOver = { https: 'queries do not see the transport', h2c: 'queries do not see the transport' };

/** Queries beneath requests, on pools with fewer connections than requests. */
export const DATABASE_SPECS: readonly Spec[] = [
  {
    verifies: ['R12', 'R13', 'D1', 'D2'],
    title: 'puts each of two hundred PostgreSQL queries on two connections beneath its own request',
    notOver,
    run: (bench) => queryFromManyRequests(bench, 'pg'),
  },
  {
    verifies: ['R12', 'R13', 'D1', 'D2'],
    title: 'puts each of two hundred MySQL queries on two connections beneath its own request',
    notOver,
    run: (bench) => queryFromManyRequests(bench, 'mysql'),
  },
];

async function queryFromManyRequests(bench: Bench, driver: 'pg' | 'mysql'): Promise<void> {
  const ids = Array.from({ length: REQUESTS }, (_, id) => id);
  const answers = await Promise.all(ids.map((id) => send(bench.server, `/query/${driver}/${id}`)));
  expect(answers.map(({ text }) => (JSON.parse(text) as { id: number }).id)).toEqual(ids);
  const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === REQUESTS);
  const queries = new Map(spans.filter(isQuery).map((span) => [span.spanContext().spanId, span]));
  expect(queries.size).toBe(REQUESTS);
  const bySpan = new Map([...queries.values()].map((query) => [query.parentSpanContext?.spanId, query]));
  for (const server of spans.filter(isServerSpan)) {
    expect(bySpan.get(server.spanContext().spanId)?.spanContext().traceId).toBe(server.spanContext().traceId);
  }
  // What the handler did after its query ran in its own request again.
  expect(answers.every(({ text }) => sameTrace(JSON.parse(text) as { before: string; after: string }))).toBe(true);
}

function isQuery(span: ReadableSpan): boolean {
  return span.kind === SpanKind.CLIENT && span.name === 'SELECT';
}

function sameTrace({ before, after }: { before: string; after: string }): boolean {
  return before === after && before !== 'none';
}
