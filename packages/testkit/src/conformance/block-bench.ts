import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { RunningHost } from './host.js';
import type { Answer, Sending } from './http-client.js';
import { exchange } from './server-span.js';
import type { Bench } from './spec.js';
import { TelemetryProbe } from './telemetry-probe.js';

/** Telemetry of one describe block, cleared before each of its tests. */
export interface BlockBench {
  readonly telemetry: TelemetryProbe;
  /** Serves an application, sends it one request, and returns the answer with its one SERVER span. */
  askOnce(
    serve: (telemetry: TelemetryProbe) => Promise<Bench>,
    path: string,
    sending?: Sending,
  ): Promise<{ answer: Answer; span: ReadableSpan }>;
}

/** A bench for the tests of the describe block that it is called in. */
export function blockBench(): BlockBench {
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
    async askOnce(serve, path, sending) {
      const bench = await serve(telemetry);
      try {
        return await exchange(bench, path, sending);
      } finally {
        await bench.server.close();
      }
    },
  };
}

/** The bench of an application that listens already. */
export function servedBench(name: string, server: RunningHost, telemetry: TelemetryProbe): Bench {
  const refuse = (): Promise<never> => Promise.reject(new Error('there is this one application only'));
  return { host: { name, scope: '', transports: [], start: refuse }, server, telemetry, plain: refuse };
}
