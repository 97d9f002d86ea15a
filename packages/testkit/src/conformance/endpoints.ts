import { pipeline, Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { withSpan } from '@otelier/core';
import { activeSpanId, activeTraceId, walkContinuations } from './context-walk.js';
import { openedPools } from './database-pools.js';
import { BoomError, TeapotError, type Endpoint } from './endpoint.js';
import { CONNECTION_ENDPOINTS } from './connection-endpoints.js';
import { FLOOD_ENDPOINT } from './flood-specs.js';
import { OPTION_ENDPOINTS } from './option-endpoints.js';
import { ROUTE_ENDPOINTS } from './route-specs.js';
import { THROWING_ENDPOINT } from './thrown-values.js';

const value = (path: string, handle: Endpoint['handle']): Endpoint => ({
  method: 'GET',
  mount: '',
  path,
  kind: 'value',
  handle,
});

const raw = (path: string, handle: Endpoint['handle']): Endpoint => ({ ...value(path, handle), kind: 'raw' });

/** The routes that the conformance specs ask for; every host offers them all. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...CONNECTION_ENDPOINTS,
  ...OPTION_ENDPOINTS,
  ...ROUTE_ENDPOINTS,
  THROWING_ENDPOINT,
  FLOOD_ENDPOINT,
  value('/users/:id', ({ params }) => ({ id: params['id'] })),
  { ...value('/orders/:order', ({ params }) => ({ order: params['order'] })), mount: '/api/:tenant' },
  value('/errors/sync', () => {
    throw new BoomError('sync boom');
  }),
  value('/errors/async', async () => {
    await wait(1);
    throw new BoomError('async boom');
  }),
  value('/errors/teapot', () => {
    throw new TeapotError('short and stout');
  }),
  value('/errors/hostile', () => {
    throw hostileError();
  }),
  value('/context', () => walkContinuations()),
  value('/spans', () => withSpan('inner work', async () => ({ span: activeSpanId() }))),
  value('/slow/:id', async ({ params }) => {
    await wait(20);
    const before = activeTraceId();
    await wait(Number(params['id']) % 7);
    return { before, after: activeTraceId() };
  }),
  ...(['pg', 'mysql'] as const).map((driver) =>
    value(`/query/${driver}/:id`, async ({ params }) => {
      const before = activeTraceId();
      const id = await openedPools()[driver](Number(params['id']));
      return { id, before, after: activeTraceId() };
    }),
  ),
  value('/statement/:id', async () => ({ statement: await openedPools().statement() })),
  { ...value('/body', ({ body }) => ({ body, trace: activeTraceId() })), method: 'POST' },
  {
    ...value('/stream', () =>
      Readable.from(
        (async function* chunks() {
          for (const chunk of ['one ', 'two ', 'three']) {
            await wait(15);
            yield chunk;
          }
        })(),
      ),
    ),
    kind: 'stream',
  },
  raw('/events', async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let id = 0; id < 3; id += 1) {
      response.write(`data: ${id}\n\n`);
      await wait(15);
    }
    response.end();
  }),
  raw('/trailers', ({ response }) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '4' });
    response.end();
  }),
  raw('/silent', () => {}),
  raw('/cleanup', ({ request, response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 0\n\n');
    request.on('close', () => withSpan('request closed', () => {}));
    response.on('close', () => withSpan('response closed', () => {}));
  }),
  raw('/begun', ({ response }) => {
    response.writeHead(202, { 'content-type': 'text/plain' });
    response.write('begun');
  }),
  raw('/broken-stream', ({ response }) => {
    response.writeHead(200);
    pipeline(Readable.from(failingChunks()), response, () => {});
  }),
  {
    ...value('/endless', () => Readable.from(endlessChunks())),
    kind: 'stream',
  },
  raw('/broken-off', ({ response }) => {
    response.writeHead(200);
    response.write('begun');
    setTimeout(() => response.socket?.destroy(), 10);
  }),
];

async function* failingChunks(): AsyncGenerator<string> {
  yield 'begun';
  await wait(10);
  throw new BoomError('cut');
}

async function* endlessChunks(): AsyncGenerator<string> {
  for (;;) {
    yield 'on and on ';
    await wait(5);
  }
}

/** An error whose stack can't be read. */
function hostileError(): Error {
  return Object.defineProperty(new BoomError('hostile'), 'stack', {
    get() {
      throw new Error('the stack must not hurt');
    },
  });
}
