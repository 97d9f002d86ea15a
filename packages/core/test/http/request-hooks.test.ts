import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, type Context } from '@opentelemetry/api';
import { setRequestAttributes, type RequestTelemetry } from '@otelier/core';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import { serveRequests } from './served-request.js';

let telemetry: TelemetryProbe;

beforeEach(() => {
  telemetry = new TelemetryProbe();
});
afterEach(() => telemetry.otel.shutdown());

verifies(['R18', 'R21'], "sets attributes from the hooks, up to the span's end", async () => {
  const served = await serveRequests(({ response }) => response.end(), {
    onRequest: () => setRequestAttributes({ 'at.first': 1 }),
    onResponse: () => setRequestAttributes({ 'at.last': 2 }),
    metrics: { attributes: ['at.last'] },
  });
  await served.ask();
  await served.close();
  const span = telemetry.spans().find(isServerSpan);
  expect(span?.attributes).toMatchObject({ 'at.first': 1, 'at.last': 2 });
  const [point] = await telemetry.metric('http.server.request.duration');
  expect(point?.attributes).toMatchObject({ 'at.last': 2 });
});

verifies(['R18', 'R26'], 'calls onResponse for every request for which it has called onRequest', async () => {
  const calls: string[] = [];
  const served = await serveRequests(
    ({ request, response, observation }) => {
      if (request.headers['x-ignored'] !== undefined) {
        observation.ignore();
      }
      response.end();
    },
    { onRequest: () => void calls.push('begin'), onResponse: () => void calls.push('end') },
  );
  await served.ask({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
  await served.ask({ 'x-ignored': '1' });
  await served.ask();
  await served.close();
  expect(calls).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
});

verifies(['R11', 'R18'], 'takes a function that returns a promise for one that failed, and lets no rejection out', async () => {
  expectDiagnostics('OTELIER_HOOK_FAILED');
  const rejections: unknown[] = [];
  const note = (reason: unknown): unknown => rejections.push(reason);
  process.on('unhandledRejection', note);
  const reject = (() => Promise.reject(new Error('late'))) as never;
  const served = await serveRequests(({ response }) => response.end(), {
    publicEndpoint: reject,
    spanName: reject,
    metricAttributes: reject,
    ignore: [reject],
  });
  const answer = await served.ask({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  await served.close();
  process.off('unhandledRejection', note);
  expect([answer.status, rejections]).toEqual([200, []]);
  const span = telemetry.spans().find(isServerSpan);
  expect([span?.name, span?.links.length]).toEqual(['GET /', 1]);
});

verifies('R21', 'lets attributes go that come behind the end of the span', async () => {
  const handles: RequestTelemetry[] = [];
  const served = await serveRequests(({ response, observation }) => {
    handles.push(observation.handle);
    response.end();
  });
  await served.ask();
  await served.close();
  // The SDK would warn of a span that has ended.
  handles.forEach((handle) => handle.setAttributes({ late: true }));
  expect(telemetry.spans().find(isServerSpan)?.attributes).not.toHaveProperty('late');
});

verifies('R24', 'writes the context into Headers and maps as well as into objects', async () => {
  const seen: unknown[] = [];
  const served = await serveRequests(({ response, observation: { handle } }) => {
    const carriers = [new Headers(), new Map<string, string>()] as const;
    carriers.forEach((carrier) => handle.inject(carrier));
    seen.push(carriers.map((carrier) => carrier.get('traceparent')?.slice(3, 35)), handle.traceId);
    response.end();
  });
  await served.ask();
  await served.close();
  expect(seen).toEqual([[seen[1], seen[1]], seen[1]]);
});

verifies('X7', 'lets go of a request whose context lives on', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept: Context[] = [];
  const requests: WeakRef<object>[] = [];
  const served = await serveRequests(({ request, response }) => {
    kept.push(context.active());
    requests.push(new WeakRef(request), new WeakRef(response));
    response.end();
  });
  await served.ask();
  await served.close();
  await expectCollected(collect, requests);
  expect(kept).toHaveLength(1);
});

async function expectCollected(collect: () => void, refs: readonly WeakRef<object>[]): Promise<void> {
  for (let round = 0; round < 20 && refs.some((ref) => ref.deref() !== undefined); round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(refs.map((ref) => ref.deref() === undefined)).toEqual([true, true]);
}
