import type { EventEmitter } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { serveRequests } from './served-request.js';

const telemetry = new TelemetryProbe();

afterAll(() => telemetry.otel.shutdown());

function madeOf<T extends EventEmitter>(original: T): T {
  return Object.create(original) as T;
}

afterEach(() => telemetry.clear());

describe('a request that an object is made of', () => {
  verifies('R7', 'ends with its response, not when that object has been read and closed', async () => {
    const closed: string[] = [];
    const served = await serveRequests(({ request, response }) => {
      const made = madeOf(request);
      made.once('close', () => {
        closed.push(made === request ? 'the request' : 'the object');
        setImmediate(() => response.writeHead(201).end());
      });
      made.resume();
    });
    await served.ask();
    await served.close();
    const [span] = await telemetry.waitFor((all) => all.length === 1);
    expect(closed).toEqual(['the object']);
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 201 });
    expect(span?.attributes).not.toHaveProperty('error.type');
  });

  it('keeps its own context when that object is closed', async () => {
    const found: unknown[] = [];
    const served = await serveRequests(({ request, response, observation }) => {
      madeOf(request).emit('close');
      request.once('told later', () => found.push(trace.getSpan(context.active()) === observation.span));
      context.with(trace.deleteSpan(context.active()), () => request.emit('told later'));
      response.end();
    });
    await served.ask();
    await served.close();
    await telemetry.waitFor((all) => all.length === 1);
    expect(found).toEqual([true]);
  });
});
