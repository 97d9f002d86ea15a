import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { blockBench } from '@otelier/testkit/conformance';
import { telemetryOf } from '../../src/adapter.js';
import { observing, serveWatched, type WatchedServer } from './watched-server.js';

const block = blockBench();
const application = new AsyncLocalStorage<string>();
let watched: WatchedServer;
let client: Socket;

afterEach(async () => {
  (client as Socket | undefined)?.destroy();
  await (watched as WatchedServer | undefined)?.close();
});

describe('a context that is left', () => {
  verifies('R12', 'leaves what the application has entered for good', () => {
    application.run('before', () => {
      context.with(ROOT_CONTEXT.setValue(Symbol('some'), 'value'), () => application.enterWith('after'));
      expect(application.getStore()).toBe('after');
    });
  });
});

describe('when a response has been sent', () => {
  /** What listeners find, as pairs of the application's value and the id of the active span; and the id of the request's. */
  async function found(events: readonly string[], listenTo: (response: ServerResponse) => EventEmitter): Promise<[unknown[], string]> {
    const seen: unknown[] = [];
    const over = new EventEmitter();
    let spanId = '';
    const handle = (response: ServerResponse): void => {
      ({ spanId } = telemetryOf(response.req).span.spanContext());
      const emitter = listenTo(response);
      application.run('asked', () => {
        for (const name of events) {
          emitter.on(name, () => {
            seen.push([name, application.getStore(), trace.getActiveSpan()?.spanContext().spanId]);
            over.emit(name);
          });
        }
        setImmediate(() => response.end('answered'));
      });
    };
    watched = await serveWatched(createServer(observing(handle)));
    const isOver = once(over, 'close');
    client = connect(watched.port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    await isOver;
    await block.telemetry.waitForActive(0);
    return [seen, spanId];
  }

  const heard: [string, string[], (response: ServerResponse) => EventEmitter][] = [
    ['its close', ['close'], (response) => response],
    ['its finish and close', ['finish', 'close'], (response) => response],
    ['the close of the request', ['close'], (response) => response.req],
  ];
  for (const [what, events, listenTo] of heard) {
    verifies('R12', `listeners to ${what} find the contexts of the application and of the request`, async () => {
      const [seen, spanId] = await found(events, listenTo);
      expect(seen).toEqual(events.map((name) => [name, 'asked', spanId]));
    });
  }
});
