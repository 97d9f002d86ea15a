import { Controller, Get, Global, Inject, Injectable, Module, type INestApplication, type MiddlewareConsumer } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { setupOtel } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import { OTEL_MODULE_OPTIONS, OtelModule, type OtelModuleOptions } from '@otelier/nestjs';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { activeTraceId, exceptionsOf, isServerSpan, send, serverSpan } from '@otelier/testkit/conformance';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createApp, nestBench, PLATFORMS, serve } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

@Controller('users')
class UsersController {
  @Get(':id')
  one(): object {
    return { trace: activeTraceId() };
  }

  @Get(':id/orders')
  orders(): never {
    throw new RangeError('no orders');
  }
}

class TracingRoot {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
        response.setHeader('x-trace', activeTraceId());
        next();
      })
      .forRoutes('*');
  }
}

const observed = { imports: [OtelModule.forRoot()], controllers: [UsersController] };
const originalNext: unknown = ExceptionsHandler.prototype.next;

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  verifies(['R12', 'N2'], "runs the application's middleware in the request's context", async () => {
    const { answer, span } = await bench.ask(platform, { root: TracingRoot, controllers: [UsersController] }, '/users/7');
    const { traceId } = span.spanContext();
    expect([answer.headers['x-trace'], answer.text]).toEqual([traceId, JSON.stringify({ trace: traceId })]);
  });

  verifies(['R15', 'R27'], 'leaves the other application observed when one of two is closed, and nothing after both', async () => {
    const first = await serve(await createApp(platform, observed), bench.telemetry);
    const second = await serve(await createApp(platform, observed), bench.telemetry);
    expect(ExceptionsHandler.prototype.next).not.toBe(originalNext);
    await first.server.close();
    await send(second.server, '/users/7/orders');
    const span = await serverSpan(second);
    expect([span.name, exceptionsOf(span).length]).toEqual(['GET /users/:id/orders', 1]);
    await second.server.close();
    expect(ExceptionsHandler.prototype.next).toBe(originalNext);
  });

  verifies(['R6', 'N1'], 'records the error of a request that ends while the application closes', async () => {
    let fail: () => void = () => {};
    @Controller('slow')
    class SlowController {
      @Get()
      slow(): Promise<never> {
        return new Promise((_resolve, reject) => {
          fail = () => reject(new RangeError('too late'));
        });
      }
    }
    const app = await createApp(platform, { imports: [OtelModule.forRoot()], controllers: [SlowController] });
    const running = await serve(app, bench.telemetry);
    const answer = send(running.server, '/slow', { headers: { connection: 'close' } });
    await bench.telemetry.waitForActive(1);
    const closed = app.close();
    setImmediate(() => setImmediate(() => fail()));
    await Promise.all([answer, closed]);
    const span = await serverSpan(running);
    expect(span.attributes['error.type']).toBe('RangeError');
    expect(exceptionsOf(span)).toHaveLength(1);
  });

  verifies('R4', 'takes scheme, client and server from the forwarded headers of a trusted proxy', async () => {
    const trusting = { imports: [OtelModule.forRoot()], controllers: [UsersController] };
    const app =
      platform === 'express'
        ? await createApp(platform, {
            ...trusting,
            configure: (created) => (created.getHttpAdapter().getInstance() as { set(name: string, value: unknown): unknown }).set('trust proxy', true),
          })
        : await createTrustingFastify(trusting);
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/users/7', {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example:8443' },
    });
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes).toMatchObject({
      'url.scheme': 'https',
      'client.address': '203.0.113.9',
      'server.address': 'shop.example',
      'server.port': 8443,
    });
  });

  verifies('N1', 'takes options from a factory with injected parts of other modules, and gives them by their token', async () => {
    @Injectable()
    class Settings {
      readonly otel = false;
    }
    @Global()
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    @Injectable()
    class Reader {
      constructor(@Inject(OTEL_MODULE_OPTIONS) readonly options: OtelModuleOptions) {}
    }
    const app = await createApp(platform, {
      imports: [
        OtelModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings: Settings) => ({ otel: settings.otel as false }),
        }),
      ],
      controllers: [UsersController],
      providers: [Reader],
    });
    expect(app.get(Reader).options).toEqual({ otel: false });
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/users/7');
    expect((await serverSpan(running)).name).toBe('GET /users/:id');
    await running.server.close();
  });

  it.each([
    [{ unknown: 1 }, /OtelModule\.unknown: .*Allowed: otel/],
    [{ otel: 'yes' }, /option otel: "yes" .*false or the options of setupOtel/],
  ])('rejects the application with a TypeError for the wrong options %j', async (options, message) => {
    const creating = createApp(platform, { imports: [OtelModule.forRoot(options as unknown as OtelModuleOptions)] });
    const error: unknown = await creating.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
    expect(ExceptionsHandler.prototype.next).toBe(originalNext);
  });
});

describe('one module and more', () => {
  const bench = nestBench();

  verifies(['R14', 'R15'], 'makes one span and warns once beside otelMiddleware()', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    const configure = (app: INestApplication): unknown => app.use(otelMiddleware());
    const running = await serve(await createApp('express', { ...observed, configure }), bench.telemetry);
    await send(running.server, '/users/7');
    await send(running.server, '/users/8');
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(spans.map((span) => span.name)).toEqual(['GET /users/:id', 'GET /users/:id']);
    expect((await bench.telemetry.metric('http.server.request.duration')).map(({ count }) => count)).toEqual([2]);
    await running.server.close();
  });

  verifies('R15', "keeps the adapter's own request hook", async () => {
    const adapter = new FastifyAdapter();
    const seen: string[] = [];
    const own = (_request: unknown, _reply: unknown, done: () => void): void => {
      seen.push(activeTraceId());
      done();
    };
    adapter.setOnRequestHook(own as never);
    const running = await serve(await createOn(adapter), bench.telemetry);
    await send(running.server, '/users/7');
    const span = await serverSpan(running);
    expect(seen).toEqual([span.spanContext().traceId]);
    await running.server.close();
    expect((adapter as unknown as { onRequestHook: unknown }).onRequestHook).toBe(own);
  });

  verifies('R15', 'observes requests also on an adapter of an early version, which has no request hook', async () => {
    const adapter = Object.defineProperty(new FastifyAdapter(), 'setOnRequestHook', { value: undefined });
    const running = await serve(await createOn(adapter), bench.telemetry);
    await send(running.server, '/users/7');
    expect((await serverSpan(running)).name).toBe('GET /users/:id');
    await running.server.close();
  });

  verifies('R15', 'observes requests also when the application sets a request hook of its own later', async () => {
    const adapter = new FastifyAdapter();
    const app = await createOn(adapter);
    const own = (_request: unknown, _reply: unknown, done: () => void): void => done();
    adapter.setOnRequestHook(own as never);
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/users/7');
    expect((await serverSpan(running)).name).toBe('GET /users/:id');
    await running.server.close();
    expect((adapter as unknown as { onRequestHook: unknown }).onRequestHook).toBe(own);
  });

  verifies('R15', "returns what the adapter's own request hook returns", async () => {
    const adapter = new FastifyAdapter();
    const promise = Promise.resolve();
    const own = (_request: unknown, _reply: unknown, done: () => void): Promise<void> => {
      done();
      return promise;
    };
    adapter.setOnRequestHook(own as never);
    const app = await createOn(adapter);
    const { onRequestHook } = adapter as unknown as { onRequestHook: (...call: unknown[]) => unknown };
    const returned: unknown[] = [];
    adapter.setOnRequestHook(((...call: unknown[]) => void returned.push(onRequestHook.apply(adapter, call))) as never);
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/users/7');
    await serverSpan(running);
    await running.server.close();
    expect(returned).toHaveLength(1);
    expect(returned[0]).toBe(promise);
  });
});

verifies(['N1', 'P1'], 'sets up with the options given as otel', async () => {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const otel = { serviceName: 'shop', outgoing: false as const, destinations: [], spanProcessors, handleSignals: false };
  const app = await createApp('express', { imports: [OtelModule.forRoot({ otel })], controllers: [UsersController] });
  const running = await serve(app, undefined as never);
  await send(running.server, '/users/7');
  await running.server.close();
  expect(exporter.getFinishedSpans().map((span) => span.resource.attributes['service.name'])).toEqual(['shop']);
  await setupOtel().shutdown();
});

async function createOn(adapter: FastifyAdapter): Promise<INestApplication> {
  @Module(observed)
  class RootModule {}
  return NestFactory.create(RootModule, adapter, { logger: false, abortOnError: false });
}

async function createTrustingFastify(parts: typeof observed): Promise<INestApplication> {
  @Module(parts)
  class RootModule {}
  return NestFactory.create(RootModule, new FastifyAdapter({ trustProxy: true }), { logger: false, abortOnError: false });
}
