import type { Server } from 'node:http';
import { exchange, runningHost, TelemetryProbe, type Answer, type Bench, type Sending } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Express } from 'express';

/** Sends requests to applications and looks at their spans. */
export interface ExpressBench {
  readonly telemetry: TelemetryProbe;
  /** Serves an application, sends it one request and returns the answer with its one SERVER span. */
  ask(app: Express, path: string, sending?: Sending): Promise<{ answer: Answer; span: ReadableSpan }>;
}

/** A bench for the tests of the describe block that it is called in. */
export function expressBench(): ExpressBench {
  let telemetry: TelemetryProbe;
  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  beforeEach(() => telemetry.clear());
  afterAll(() => telemetry.otel.shutdown());
  return {
    get telemetry() {
      return telemetry;
    },
    async ask(app, path, sending) {
      const bench = await serve(app, telemetry);
      try {
        return await exchange(bench, path, sending);
      } finally {
        await bench.server.close();
      }
    },
  };
}

/** Listens on a free port of this machine. */
export async function serve(app: Express, telemetry: TelemetryProbe): Promise<Bench> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return {
    host: { name: 'express', scope: '@otelier/express', start: () => Promise.reject(new Error('runs already')) },
    server: runningHost(server, () => new Promise((resolve) => server.close(resolve))),
    telemetry,
  };
}
