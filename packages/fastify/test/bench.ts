import otelPlugin from '@otelier/fastify';
import { blockBench, isServerSpan, runningHost, servedBench, type Answer, type Bench, type Sending, type TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fastify, { type FastifyInstance, type FastifyServerOptions, type InjectOptions } from 'fastify';

/** What an application is made of, behind the plugin. */
export type Build = (app: FastifyInstance) => unknown;

/** Sends requests to applications and looks at their spans. */
export interface FastifyBench {
  readonly telemetry: TelemetryProbe;
  /** Injects one request and returns the answer with its one SERVER span. */
  inject(build: Build, request: InjectOptions | string): Promise<{ status: number; text: string; span: ReadableSpan }>;
  /** The same over a socket. */
  ask(...call: [Build, string, Sending?, FastifyServerOptions?]): Promise<{ answer: Answer; span: ReadableSpan }>;
}

/** An application that is observed. */
export async function createApp(build: Build, options: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true, ...options });
  await app.register(otelPlugin);
  await build(app);
  return app;
}

/** Listens on a free port of this machine. */
export async function serve(app: FastifyInstance, telemetry: TelemetryProbe): Promise<Bench> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const serverHost = runningHost(app.server, () => app.close());
  return servedBench('fastify', serverHost, telemetry);
}

/** A bench for the tests of the describe block that it is called in. */
export function fastifyBench(): FastifyBench {
  const block = blockBench();
  return {
    get telemetry() {
      return block.telemetry;
    },
    async inject(build, request) {
      const app = await createApp(build);
      const { statusCode, body } = await app.inject(request);
      const spans = await block.telemetry.waitFor((all) => all.some(isServerSpan));
      expect(spans.filter(isServerSpan)).toHaveLength(1);
      await app.close();
      return { status: statusCode, text: body, span: spans.find(isServerSpan) as ReadableSpan };
    },
    async ask(build, path, sending, options) {
      return block.askOnce(async (telemetry) => serve(await createApp(build, options), telemetry), path, sending);
    },
  };
}
