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
  verifies('R12', 'listeners to the close of the request find the contexts of the application and of the request', async () => {
    const found: unknown[] = [];
    const over = new EventEmitter();
    let spanId = '';
    const handle = (response: ServerResponse): void => {
      ({ spanId } = telemetryOf(response.req).span.spanContext());
      application.run('asked', () => {
        response.req.on('close', () => {
          found.push(application.getStore(), trace.getActiveSpan()?.spanContext().spanId);
          over.emit('over');
        });
        setImmediate(() => response.end('answered'));
      });
    };
    watched = await serveWatched(createServer(observing(handle)));
    const isOver = once(over, 'over');
    client = connect(watched.port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    await isOver;
    await block.telemetry.waitForActive(0);
    expect(found).toEqual(['asked', spanId]);
  });

  for (const events of [['close'], ['finish', 'close']]) {
    verifies('R12', `listeners to ${events.join(' and ')} find the contexts of the application and of the request`, async () => {
      const found: unknown[] = [];
      const over = new EventEmitter();
      const note = (name: string): void => {
        found.push([name, application.getStore(), trace.getActiveSpan()?.spanContext().spanId]);
        if (name === 'close') {
          over.emit('over');
        }
      };
      let spanId = '';
      const handle = (response: ServerResponse): void => {
        ({ spanId } = telemetryOf(response.req).span.spanContext());
        application.run('asked', () => {
          events.forEach((name) => response.on(name, () => note(name)));
          response.end('answered');
        });
      };
      watched = await serveWatched(createServer(observing(handle)));
      const isOver = once(over, 'over');
      client = connect(watched.port, '127.0.0.1');
      client.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
      await isOver;
      await block.telemetry.waitForActive(0);
      expect(found).toEqual(events.map((name) => [name, 'asked', spanId]));
    });
  }
});
