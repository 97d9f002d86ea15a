import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { blockBench } from '@otelier/testkit/conformance';
import { telemetryOf } from '../../src/adapter.js';
import { observing, serveWatched, type WatchedServer } from './watched-server.js';

const HEAD = 'POST /upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';
const BODY = '3\r\nabc\r\n0\r\n\r\n';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const block = blockBench();
let watched: WatchedServer;
let client: Socket;

afterEach(async () => {
  client.destroy();
  await watched.close();
});

/** Sends one request, and what is left of it when it has been answered; tells what of it is alive then. */
async function aliveAfter(handle: (response: ServerResponse) => void, [first, rest]: readonly [string, string?]): Promise<string[]> {
  const known: [string, WeakRef<object>][] = [];
  const over = new EventEmitter();
  const listener = observing((response) => {
    known.push(['request', new WeakRef(response.req)], ['response', new WeakRef(response)]);
    response.req.once('close', () => over.emit('over'));
    handle(response);
  });
  watched = await serveWatched(createServer(listener));
  const isOver = once(over, 'over');
  client = connect(watched.port, '127.0.0.1');
  client.write(first);
  await once(client, 'data');
  client.write(rest ?? '');
  await isOver;
  await block.telemetry.waitForActive(0);
  await turn();
  collectGarbage();
  return known.filter(([, reference]) => reference.deref() !== undefined).map(([name]) => name);
}

describe('a connection that is kept alive', () => {
  verifies('X7', 'keeps nothing of the request that was answered last', async () => {
    const answer = (response: ServerResponse): void => {
      response.req.resume().once('close', () => response.end('read'));
    };
    expect(await aliveAfter(answer, [HEAD + BODY])).toEqual([]);
  });

  verifies('X7', 'keeps nothing of a request that was answered before its body had come', async () => {
    expect(await aliveAfter((response) => response.end('enough'), [HEAD, BODY])).toEqual([]);
  });

  verifies('X7', 'keeps nothing of the context of the request that was answered last', async () => {
    const asked: WeakRef<object>[] = [];
    const listener = observing((response) => {
      const { context: within } = telemetryOf(response.req);
      asked.push(new WeakRef(within));
      // Node makes the text of a date once a second, with a timer in the context of who asks for it first.
      response.sendDate = false;
      context.with(within, () => response.end('answered'));
    });
    watched = await serveWatched(createServer(listener));
    client = connect(watched.port, '127.0.0.1');
    const others = [connect(watched.port, '127.0.0.1'), connect(watched.port, '127.0.0.1')];
    for (const connection of [...others, client]) {
      connection.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
      await once(connection, 'data');
    }
    await block.telemetry.waitForActive(0);
    await block.telemetry.clear();
    // Node may still know the last one.
    const isFreed = (): boolean[] => asked.slice(0, 2).map((within) => within.deref() === undefined);
    for (let round = 0; round < 10 && isFreed().includes(false); round += 1) {
      await turn();
      collectGarbage();
    }
    others.forEach((connection) => connection.destroy());
    expect(isFreed()).toEqual([true, true]);
  });
});

verifies('X7', 'keeps nothing of a server that is closed', async () => {
  const servers: WeakRef<object>[] = [];
  // Node may still know the last one.
  for (const _round of [1, 2, 3]) {
    watched = await serveWatched();
    client = connect(watched.port, '127.0.0.1');
    await once(client, 'connect');
    client.destroy();
    servers.push(new WeakRef(watched.server));
    await watched.close();
  }
  const isFreed = (): boolean[] => servers.slice(0, 2).map((server) => server.deref() === undefined);
  for (let round = 0; round < 10 && isFreed().includes(false); round += 1) {
    await turn();
    collectGarbage();
  }
  expect(isFreed()).toEqual([true, true]);
  watched = await serveWatched();
});
