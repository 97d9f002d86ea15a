import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setupOtel, withSpan, type OtelOptions } from '@otelier/core';
import { observeRequest, settleRequestOptions } from '@otelier/core/adapter';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';

const boom = (): never => {
  throw new Error('hostile hook');
};
const quiet = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const hooks: readonly [string, OtelOptions][] = [
  ['sampler', { sampler: { shouldSample: boom } }],
  ['onStart of a span processor', { spanProcessors: [{ ...quiet, onStart: boom, onEnd: () => {} }] }],
  ['onEnd of a span processor', { spanProcessors: [{ ...quiet, onStart: () => {}, onEnd: boom }] }],
];

describe('hooks of the application that throw', () => {
  for (const [name, options] of hooks) {
    verifies('X6', `leave the code that makes spans alone: ${name}`, async () => {
      expectDiagnostics('OTELIER_INTERNAL_ERROR');
      const otel = setupOtel({ serviceName: 'hostile', destinations: [], ...options });
      expect(withSpan('sync', () => 1)).toBe(1);
      await expect(withSpan('async', () => Promise.resolve(2))).resolves.toBe(2);
      await otel.shutdown();
    });
  }
});

describe('a client that has left before its request is observed', () => {
  verifies(['R8', 'M2'], 'is observed as gone, and leaves no request open', async () => {
    const telemetry = new TelemetryProbe();
    const server = createServer((request, response) => {
      response.on('close', () => {
        observeRequest({
          request,
          response,
          facts: { scheme: 'http', host: undefined, clientAddress: undefined },
          scope: { name: 'late', version: '0' },
        }, settleRequestOptions('test', {}));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const abort = new AbortController();
    const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { signal: abort.signal });
    await once(server, 'request');
    abort.abort();
    await expect(answer).rejects.toThrow('aborted');
    const span = await telemetry.span((candidate) => candidate.name === 'GET');
    expect(span.attributes['error.type']).toBe('client_disconnected');
    await telemetry.waitForActive(0);
    server.closeAllConnections();
    server.close();
    await telemetry.otel.shutdown();
  });
});
