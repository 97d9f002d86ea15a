import type { Server } from 'node:http';
import { blockBench, runningHost, servedBench, type Answer, type Bench, type Sending, type TelemetryProbe } from '@otelier/testkit/conformance';
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
  const block = blockBench();
  return {
    get telemetry() {
      return block.telemetry;
    },
    async ask(app, path, sending) {
      return block.askOnce(async (telemetry) => serve(app, telemetry), path, sending);
    },
  };
}

/** Listens on a free port of this machine. */
export async function serve(app: Express, telemetry: TelemetryProbe): Promise<Bench> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const serverHost = runningHost(server, () => new Promise((resolve) => server.close(resolve)));
  return servedBench('express', serverHost, telemetry);
}
