import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { OtelModule } from '@otelier/nestjs';
import { verifies } from '@otelier/testkit';
import { activeSpanId, isServerSpan } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import WebSocket from 'ws';
import { createApp, nestBench, PLATFORMS, serve } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

@WebSocketGateway({ path: '/chat' })
class ChatGateway {
  handleConnection(socket: WebSocket): void {
    socket.send(activeSpanId());
  }

  @SubscribeMessage('ask')
  ask(): object {
    return { event: 'answer', data: activeSpanId() };
  }
}

@Controller('users')
class UsersController {
  @Get(':id')
  one(): object {
    return {};
  }
}

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  async function oneSpan(): Promise<ReadableSpan> {
    const spans = (await bench.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
    expect(spans).toHaveLength(1);
    return spans[0] as ReadableSpan;
  }

  verifies('R9', 'observes the handshakes of a gateway that takes the server over, from the first on', async () => {
    const app = await createApp(platform, { imports: [OtelModule.forRoot()], controllers: [UsersController] });
    await app.init();
    const http = app.getHttpServer() as Server;
    // As engine.io does when it is attached.
    const listeners = http.listeners('request') as RequestListener[];
    http.removeAllListeners('request');
    http.on('request', (request, response) => listeners.forEach((listener) => listener.call(http, request, response)));
    http.on('upgrade', (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const { server } = await serve(app, bench.telemetry);
    const client = connect(server.port, '127.0.0.1');
    client.write('GET /socket.io/ HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(client.resume(), 'close');
    const span = await oneSpan();
    expect(span.attributes).toMatchObject({ 'url.path': '/socket.io/', 'http.response.status_code': 101 });
    await server.close();
  });

  verifies(['R9', 'R12'], 'observes the handshakes of a gateway from the first on', async () => {
    const app = await createApp(platform, {
      imports: [OtelModule.forRoot()],
      providers: [ChatGateway],
      configure: (created) => created.useWebSocketAdapter(new WsAdapter(created)),
    });
    const { server } = await serve(app, bench.telemetry);
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/chat?token=hunter2`);
    const [first] = (await once(client, 'message')) as [Buffer];
    const span = await oneSpan();
    expect(client.readyState).toBe(WebSocket.OPEN);
    expect(span.attributes).toMatchObject({ 'url.path': '/chat', 'url.query': 'token=REDACTED', 'http.response.status_code': 101 });
    expect(first.toString()).toBe(span.spanContext().spanId);
    client.send(JSON.stringify({ event: 'ask' }));
    const [second] = (await once(client, 'message')) as [Buffer];
    expect(JSON.parse(second.toString())).toEqual({ event: 'answer', data: span.spanContext().spanId });
    await bench.telemetry.waitForActive(0);
    client.terminate();
    await server.close();
  });

  verifies(['R9', 'R27'], 'observes malformed requests from the first on, until the application is closed', async () => {
    const app = await createApp(platform, { imports: [OtelModule.forRoot()], controllers: [UsersController] });
    const { server } = await serve(app, bench.telemetry);
    const client = connect(server.port, '127.0.0.1');
    client.write('GET /users/1 HTTP/9.9\r\n\r\n');
    await once(client.resume(), 'close');
    const span = await oneSpan();
    expect(span.attributes).toMatchObject({ 'url.path': '/users/1', 'http.response.status_code': 400, 'error.type': 'HPE_INVALID_VERSION' });
    const http = app.getHttpServer() as Server;
    expect(Object.hasOwn(http, 'emit')).toBe(true);
    expect((http.address() as AddressInfo).port).toBe(server.port);
    await server.close();
    expect(Object.hasOwn(http, 'emit')).toBe(false);
  });
});
