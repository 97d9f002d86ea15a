import { once } from 'node:events';
import { connect } from 'node:net';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import otelPlugin from '@otelier/fastify';
import { OtelModule } from '@otelier/nestjs';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { exchange, isServerSpan, send, spanTree } from '@otelier/testkit/conformance';
import { createApp, nestBench, PLATFORMS, serve } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

@Controller('users')
class UsersController {
  @Get(':id')
  one(): object {
    return {};
  }
}

describe.each(PLATFORMS)(`a second OtelModule of nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  verifies(['R14', 'R15', 'R23'], 'warns and adds nothing: the options of the first count', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    const seen: string[] = [];
    @Module({
      imports: [OtelModule.forRoot({ layers: true, responsePropagation: true, onRequest: () => void seen.push('second') })],
    })
    class SubModule {}
    const first = OtelModule.forRoot({
      layers: true,
      ignore: ['/unseen'],
      onRequest: () => void seen.push('first'),
    });
    const running = await serve(await createApp(platform, { imports: [first, SubModule], controllers: [UsersController] }), bench.telemetry);
    const { problems } = bench.telemetry.otel.status();
    expect(problems.map(({ code, count, message }) => [code, count, message])).toEqual([
      ['OTELIER_MOUNTED_TWICE', 1, 'OtelModule is registered where requests are observed already.'],
    ]);
    // Requests that reach no handler follow them too.
    for (const path of ['/unseen', '/seen']) {
      const client = connect(running.server.port, '127.0.0.1');
      client.write(`GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`);
      await once(client.resume(), 'close');
    }
    const [refused] = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    expect([bench.telemetry.spans().length, refused?.attributes['url.path']]).toEqual([1, '/seen']);
    await bench.telemetry.clear();
    const { answer, span } = await exchange(running, '/users/7');
    expect([span.name, answer.headers['traceresponse'], seen]).toEqual(['GET /users/:id', undefined, ['first']]);
    const handlers = spanTree(bench.telemetry.spans()).filter((line) => line.trim().startsWith('handler'));
    expect(handlers).toEqual(['  handler /users/:id']);
    expect((await bench.telemetry.metric('http.server.request.duration')).map(({ count }) => count)).toEqual([1]);
    await running.server.close();
  });

  verifies('R15', 'warns for no application beside another', async () => {
    for (const id of [1, 2]) {
      const running = await serve(await createApp(platform, { imports: [OtelModule.forRoot()], controllers: [UsersController] }), bench.telemetry);
      await send(running.server, `/users/${id}`);
      await running.server.close();
    }
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(spans.map(({ name }) => name)).toEqual(['GET /users/:id', 'GET /users/:id']);
  });
});

describe(`otelPlugin beside the OtelModule of nestjs ${NEST_MAJOR}`, () => {
  const bench = nestBench();

  verifies('R15', 'warns and adds nothing', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    const configure = async (app: INestApplication): Promise<void> => {
      const instance = app.getHttpAdapter().getInstance() as { register(plugin: unknown, options: object): PromiseLike<unknown> };
      await instance.register(otelPlugin, { layers: true });
    };
    const app = await createApp('fastify', { imports: [OtelModule.forRoot()], controllers: [UsersController], configure });
    const running = await serve(app, bench.telemetry);
    await exchange(running, '/users/7');
    expect(spanTree(bench.telemetry.spans())).toEqual(['GET /users/:id']);
    await running.server.close();
  });
});
