import { join } from 'node:path';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { runProgram, verifies } from '@otelier/testkit';

// In processes of their own: what the other side patches when a module is loaded does not fire inside Jest.

interface SeenSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: string;
  readonly status: { readonly code: SpanStatusCode };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly exceptions: readonly string[];
}
interface SeenDuration {
  readonly scope: string;
  readonly name: string;
  readonly count: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

async function outputOf<T>(program: string, ...args: string[]): Promise<T> {
  const running = await runProgram(join(__dirname, 'programs', program), { args });
  const { code, stdout, stderr } = await running.exit;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

const ORDERS = [
  ['instrumentation-first', 'express'],
  ['instrumentation-first', 'express4'],
  ['middleware-first', 'express'],
  ['middleware-first', 'express52'],
  ['instrumentation-first', 'fastify'],
  ['middleware-first', 'fastify'],
] as const;

for (const [order, name] of ORDERS) {
  const title = `enriches the span of instrumentation-http and counts nothing twice, ${order} with ${name}`;
  verifies(['R14', 'P13'], title, async () => {
    const seen = await outputOf<{ spans: SeenSpan[]; durations: SeenDuration[] }>('http-instrumentation.cjs', order, name);
    const scope = '@opentelemetry/instrumentation-http';
    expect(seen.spans.map((span) => [span.name, span.kind, span.scope])).toEqual([
      ['GET /api/:tenant/users/:id', SpanKind.SERVER, scope],
      ['GET /fail', SpanKind.SERVER, scope],
      ['GET', SpanKind.SERVER, scope],
    ]);
    const [found, failed, missing] = seen.spans;
    expect(found?.attributes).toMatchObject({ 'http.route': '/api/:tenant/users/:id', 'url.path': '/api/acme/users/7' });
    expect(failed?.attributes).toMatchObject({ 'http.route': '/fail', 'error.type': 'StockError' });
    expect([failed?.status.code, failed?.exceptions]).toEqual([SpanStatusCode.ERROR, ['none left']]);
    expect(missing?.attributes['http.route']).toBeUndefined();
    expect(seen.durations.map((point) => [point.scope, point.name, point.count, point.attributes['http.route']])).toEqual([
      [scope, 'http.server.request.duration', 1, '/api/:tenant/users/:id'],
      [scope, 'http.server.request.duration', 1, '/fail'],
      [scope, 'http.server.request.duration', 1, undefined],
    ]);
  });
}

verifies(['P13', 'R14'], 'makes its spans on an SDK of the 3.x line that the application brings, and sets up nothing', async () => {
  interface SeenOnThree {
    readonly name: string;
    readonly kind: SpanKind;
    readonly traceId: string;
    readonly spanId: string;
    readonly parentId: string;
    readonly route?: string;
    readonly errorType?: string;
    readonly exceptions: readonly string[];
  }
  const seen = await outputOf<{ setUp: unknown; spans: SeenOnThree[] }>('newer-sdk.cjs');
  expect(seen.setUp).toEqual({ started: 0, destinations: [] });
  const [inner, server, failed] = seen.spans;
  expect(server).toMatchObject({ name: 'GET /users/:id', kind: SpanKind.SERVER, route: '/users/:id' });
  expect([server?.traceId, server?.parentId]).toEqual(['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']);
  expect([inner?.name, inner?.parentId]).toEqual(['load user', server?.spanId]);
  expect(failed).toMatchObject({ name: 'GET /fail', errorType: 'StockError', exceptions: ['none left'] });
  expect(seen.spans).toHaveLength(3);
});
