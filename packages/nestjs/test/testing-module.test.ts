import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, UseGuards, type INestApplication, type MiddlewareConsumer } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Span } from '@opentelemetry/api';
import { OtelIgnore, OtelModule } from '@otelier/nestjs';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { activeTraceId, exceptionsOf, exchange, isServerSpan, send, spanTree, type Bench } from '@otelier/testkit/conformance';
import { AdapterArrival } from '../src/adapter-arrival.js';
import { createApp, nestBench, PLATFORMS, serve, type Parts, type Platform } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

const failingGuard = {
  canActivate(): never {
    throw new RangeError('no guard');
  },
};

@Controller('users')
class UsersController {
  @Post(':id')
  create(@Body() body: object): object {
    return { body, trace: activeTraceId() };
  }

  @Get(':id/orders')
  @UseGuards(failingGuard)
  orders(): object {
    return {};
  }

  @Get('unseen')
  @OtelIgnore()
  unseen(): object {
    return {};
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

const posted = { method: 'POST', headers: { 'content-type': 'application/json' } };
const originalNext: unknown = ExceptionsHandler.prototype.next;

describe.each(PLATFORMS)(`@nestjs/testing ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();
  let running: Bench;

  async function serveTested(module: TestingModule): Promise<Bench> {
    running = await serve(createTested(module, platform), bench.telemetry);
    return running;
  }

  const serveDefault = async (): Promise<Bench> => serveTested(await compile());
  afterEach(() => {
    jest.restoreAllMocks();
    return running.server.close();
  });

  verifies(['R2', 'R12', 'N2'], 'gives middleware, and handlers behind body parsers, the context of a span with the route', async () => {
    const { answer, span } = await exchange(await serveDefault(), '/users/7', { ...posted, body: '{"name":"a"}' });
    const { traceId } = span.spanContext();
    expect(JSON.parse(answer.text)).toEqual({ body: { name: 'a' }, trace: traceId });
    expect([span.name, answer.headers['x-trace']]).toEqual(['POST /users/:id', traceId]);
  });

  verifies(['R9', 'N2'], 'observes a request whose body cannot be parsed', async () => {
    const { answer, span } = await exchange(await serveDefault(), '/users/7', { ...posted, body: '{"name":' });
    expect([answer.status, span.attributes['http.response.status_code']]).toEqual([400, 400]);
  });

  verifies(['R6', 'N2', 'M1'], 'records what a guard throws, and measures the request', async () => {
    const { span } = await exchange(await serveDefault(), '/users/7/orders');
    expect([span.name, span.attributes['error.type']]).toEqual(['GET /users/:id/orders', 'RangeError']);
    expect(exceptionsOf(span)).toHaveLength(1);
    const points = await bench.telemetry.metric('http.server.request.duration');
    expect(points.map(({ count, attributes }) => [count, attributes['error.type']])).toEqual([[1, 'RangeError']]);
  });

  verifies('R17', 'leaves out a handler with @OtelIgnore()', async () => {
    const { server } = await serveDefault();
    await send(server, '/users/unseen');
    await send(server, '/users/7', { ...posted, body: '{}' });
    const spans = await bench.telemetry.waitFor((all) => all.some(({ name }) => name === 'POST /users/:id'));
    await bench.telemetry.waitForActive(0);
    expect(spans.filter(isServerSpan).map(({ name }) => name)).toEqual(['POST /users/:id']);
  });

  verifies('N1', 'observes an application whose options come from a factory', async () => {
    const factory = { useFactory: async () => ({ onRequest: (span: Span) => span.setAttribute('shop.name', 'corner') }) };
    const module = await compile({ imports: [OtelModule.forRootAsync(factory)] });
    const { span } = await exchange(await serveTested(module), '/users/7', { ...posted, body: '{}' });
    expect([span.name, span.attributes['shop.name']]).toEqual(['POST /users/:id', 'corner']);
  });

  verifies('R23', 'shows the same layers as an application of NestFactory', async () => {
    const parts = { ...defaultParts, imports: [OtelModule.forRoot({ layers: true })] };
    const trees: (readonly string[])[] = [];
    for (const app of [await createApp(platform, parts), createTested(await compile(parts), platform)]) {
      running = await serve(app, bench.telemetry);
      await exchange(running, '/users/7', { ...posted, body: '{}' });
      await running.server.close();
      trees.push(spanTree(bench.telemetry.spans()));
      await bench.telemetry.clear();
    }
    expect(trees[0]).toContain('  handler /users/:id');
    expect(trees[1]).toEqual(trees[0]);
  });

  verifies('R27', 'leaves nothing behind when the application is closed', async () => {
    const module = await compile();
    const { server } = await serveTested(module);
    const adapter = module.get(HttpAdapterHost).httpAdapter as unknown as { onRequestHook?: unknown };
    const during = [ExceptionsHandler.prototype.next, adapter.onRequestHook];
    await server.close();
    expect([ExceptionsHandler.prototype.next, adapter.onRequestHook]).toEqual([originalNext, undefined]);
    expect(during[0]).not.toBe(originalNext);
    expect(typeof during[1]).toBe(platform === 'fastify' ? 'function' : 'undefined');
  });

  verifies('N1', 'observes a second application that is made of the same module', async () => {
    const module = await compile();
    const first = await serveTested(module);
    await exchange(first, '/users/7/orders');
    await first.server.close();
    await bench.telemetry.clear();
    const { span } = await exchange(await serveTested(module), '/users/7/orders');
    expect([span.name, exceptionsOf(span).length]).toEqual(['GET /users/:id/orders', 1]);
  });

  verifies('N1', 'observes an application of an early version, which does not tell when its adapter comes', async () => {
    jest.spyOn(HttpAdapterHost.prototype, 'init$', 'get').mockReturnValue(undefined as never);
    const { answer, span } = await exchange(await serveDefault(), '/users/7', { ...posted, body: '{}' });
    const { traceId } = span.spanContext();
    expect([span.name, answer.headers['x-trace']]).toEqual(['POST /users/:id', traceId]);
    expect(JSON.parse(answer.text)).toEqual({ body: {}, trace: traceId });
  });
});

describe(`without HTTP, nestjs ${NEST_MAJOR}`, () => {
  nestBench();

  verifies('N1', 'starts and closes an application context', async () => {
    @Module({ imports: [OtelModule.forRoot()] })
    class WorkerModule {}
    const context = await NestFactory.createApplicationContext(WorkerModule, { logger: false, abortOnError: false });
    expect(context.get(HttpAdapterHost).httpAdapter ?? undefined).toBeUndefined();
    await context.close();
    expect(ExceptionsHandler.prototype.next).toBe(originalNext);
  });

  verifies('N1', 'starts and closes a testing module of which no application is made', async () => {
    const module = await compile();
    await module.init();
    expect(ExceptionsHandler.prototype.next).not.toBe(originalNext);
    await module.close();
    expect(ExceptionsHandler.prototype.next).toBe(originalNext);
  });
});

verifies('X6', 'lets the application start when its adapter cannot be attached to', () => {
  expectDiagnostics('OTELIER_INTERNAL_ERROR');
  const listeners: (() => void)[] = [];
  const place = { httpAdapter: undefined, init$: { subscribe: (listener: () => void) => listeners.push(listener) } };
  new AdapterArrival(place as unknown as HttpAdapterHost, () => {
    throw new Error('no adapter');
  });
  Object.assign(place, { httpAdapter: {} });
  listeners.forEach((listener) => listener());
  expect(listeners).toHaveLength(1);
});

const defaultParts: Parts = { root: TracingRoot, imports: [OtelModule.forRoot()], controllers: [UsersController] };

async function compile(changes: Parts = {}): Promise<TestingModule> {
  const { root = class {}, ...metadata } = { ...defaultParts, ...changes };
  class RootModule extends root {}
  Module(metadata)(RootModule);
  return Test.createTestingModule({ imports: [RootModule] }).compile();
}

function createTested(module: TestingModule, platform: Platform): INestApplication {
  return platform === 'express'
    ? module.createNestApplication({ logger: false })
    : module.createNestApplication(new FastifyAdapter(), { logger: false });
}
