import { request as open } from 'node:http';
import { Readable } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send, serverSpan } from '@otelier/testkit/conformance';
import type { FastifyReply } from 'fastify';
import { createApp, fastifyBench, serve, type Build } from './bench.js';

class CutError extends Error {}

const bench = fastifyBench();

async function* chunks(): AsyncGenerator<Buffer> {
  yield Buffer.from('begun');
  await new Promise((resolve) => setImmediate(resolve));
  throw new CutError('cut');
}

const webStream = (): ReadableStream => Readable.toWeb(Readable.from(chunks())) as ReadableStream;

/** What handlers answer with, each failing when its first bytes are on their way. */
const PAYLOADS: Readonly<Record<string, (reply: FastifyReply) => unknown>> = {
  stream: (reply) => reply.code(201).send(Readable.from(chunks())),
  'web stream': (reply) => reply.code(201).send(webStream()),
  'body of a fetch response': (reply) => reply.send(new Response(webStream(), { status: 201 })),
  'stream that the handler pipes itself'(reply) {
    reply.hijack();
    reply.raw.statusCode = 201;
    Readable.from(chunks())
      .on('error', () => reply.raw.destroy())
      .pipe(reply.raw);
  },
};

for (const [what, answerWith] of Object.entries(PAYLOADS)) {
  verifies(['R6', 'R8'], `records the error of a ${what} that fails when the answer has begun`, async () => {
    const running = await serve(await createApp((app) => app.get('/x', (_request, reply) => void answerWith(reply))), bench.telemetry);
    await expect(send(running.server, '/x')).rejects.toThrow(/aborted|hang up/);
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 201, 'error.type': 'CutError' });
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'cut' });
    expect(exceptionsOf(span)).toHaveLength(1);
  });
}

const NEVER_BEGUN: Readonly<Record<string, () => unknown>> = {
  stream: () =>
    new Readable({
      read() {
        this.destroy(new CutError('never begun'));
      },
    }),
  'web stream': () => new ReadableStream({ start: (controller) => controller.error(new CutError('never begun')) }),
};

for (const [what, create] of Object.entries(NEVER_BEGUN)) {
  verifies(['R5', 'R6'], `records the error of a ${what} once when an error handler can still answer it`, async () => {
    const build: Build = (app) =>
      app
        .setErrorHandler((_error, _request, reply) => reply.code(502).send({ sorry: true }))
        .get('/x', (_request, reply) => reply.send(create()));
    const { answer, span } = await bench.ask(build, '/x');
    expect([answer.status, answer.text]).toEqual([502, '{"sorry":true}']);
    expect([span.attributes['error.type'], exceptionsOf(span).length]).toEqual(['CutError', 1]);
  });
}

verifies(['R6', 'R7'], 'leaves web streams as they are for whoever reads them', async () => {
  const seen: boolean[] = [];
  const build: Build = (app) => {
    let sent: unknown;
    app.addHook('onSend', async (_request, _reply, payload) => {
      seen.push(payload === sent);
      const reader = (payload as ReadableStream).getReader();
      reader.releaseLock();
    });
    app.get('/x', (_request, reply) => reply.code(500).send((sent = new Response('whole').body)));
  };
  const { answer, span } = await bench.ask(build, '/x');
  expect([answer.status, answer.text, seen]).toEqual([500, 'whole', [true]]);
  // A reader that is let go of is no error.
  expect([span.attributes['error.type'], span.events]).toEqual(['500', []]);
});

verifies('R8', 'blames nobody but the client for the body of a request that it stops sending', async () => {
  const app = await createApp((instance) => {
    instance.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    instance.post('/x', (request, reply) => reply.send(request.body));
  });
  const running = await serve(app, bench.telemetry);
  const sending = open({ port: running.server.port, path: '/x', method: 'POST', headers: { 'content-type': 'a/b' } });
  sending.on('error', () => {});
  sending.on('response', (response) => {
    response.on('error', () => {});
    response.once('data', () => sending.destroy());
  });
  sending.write('begun');
  const span = await serverSpan(running);
  await running.server.close();
  expect(span.attributes['error.type']).toBe('client_disconnected');
  expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
});
