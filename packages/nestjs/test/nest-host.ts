import 'reflect-metadata';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import fastifyMultipart from '@fastify/multipart';
import { Body, Controller, Get, HttpCode, ImATeapotException, Module, Param, Post, Req, Res, StreamableFile, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestTelemetry } from '@otelier/core';
import { OtelModule } from '@otelier/nestjs';
import { ENDPOINTS, fastifyTransport, runningHost, TeapotError, testKeyPair, type ConformanceHost, type Endpoint, type HostStart } from '@otelier/testkit/conformance';
import multer from 'multer';
import { NEST_MAJOR } from './nest-major.js';

/** Node's request or response, or Fastify's wrapper of it. */
type Wrapped<T> = T & { readonly raw?: T; readonly otel?: RequestTelemetry; hijack?(): void };

/** Nest on Express, which has no HTTP/2. */
export const nestOnExpress: ConformanceHost = {
  name: `nestjs ${NEST_MAJOR} on express`,
  scope: '@otelier/express',
  transports: ['http1', 'https'],
  start: (how) =>
    listen(how, async () => {
      const secure = how.transport === 'https' ? { httpsOptions: testKeyPair() } : {};
      const app = await NestFactory.create(createModule(how), { logger: false, ...secure });
      return app.use(multer().none());
    }),
};

/** Nest on Fastify. */
export const nestOnFastify: ConformanceHost = {
  name: `nestjs ${NEST_MAJOR} on fastify`,
  scope: '@otelier/fastify',
  transports: ['http1', 'https', 'http2'],
  start: (how) =>
    listen(how, async () => {
      const adapter = new FastifyAdapter(fastifyTransport(how.transport) as Record<string, unknown>);
      const app = await NestFactory.create<NestFastifyApplication>(createModule(how), adapter, { logger: false });
      await app.register(fastifyMultipart as never, { attachFieldsToBody: 'keyValues' } as never);
      return app;
    }),
};

async function listen(how: HostStart, create: () => Promise<INestApplication>): ReturnType<ConformanceHost['start']> {
  const app = await create();
  await app.listen(0, '127.0.0.1');
  return runningHost(app.getHttpServer() as Server, () => app.close(), how.transport);
}

function createModule({ observed, options }: HostStart): Type {
  class RootModule {}
  Module({
    imports: observed ? [OtelModule.forRoot(options)] : [],
    controllers: [...new Set(ENDPOINTS.map((endpoint) => endpoint.mount))].map(createController),
  })(RootModule);
  return RootModule;
}

/** A controller with every endpoint below one mount, decorated as a user would. */
function createController(mount: string): Type {
  class EndpointController {}
  for (const endpoint of ENDPOINTS.filter((candidate) => candidate.mount === mount)) {
    decorateHandler(EndpointController.prototype, endpoint);
  }
  Controller(mount)(EndpointController);
  return EndpointController;
}

function decorateHandler(prototype: object, endpoint: Endpoint): void {
  const name = `${endpoint.method} ${endpoint.path}`;
  const descriptor: PropertyDescriptor = {
    configurable: true,
    writable: true,
    value: (...args: Parameters<typeof answer> extends [unknown, ...infer Rest] ? Rest : never) =>
      answer(endpoint, ...args),
  };
  Object.defineProperty(prototype, name, descriptor);
  Req()(prototype, name, 0);
  Res({ passthrough: endpoint.kind !== 'raw' })(prototype, name, 1);
  Param()(prototype, name, 2);
  Body()(prototype, name, 3);
  HttpCode(200)(prototype, name, descriptor);
  (endpoint.method === 'POST' ? Post : Get)(endpoint.path)(prototype, name, descriptor);
}

async function answer(
  endpoint: Endpoint,
  request: Wrapped<IncomingMessage>,
  response: Wrapped<ServerResponse>,
  params: Record<string, string>,
  body: unknown,
): Promise<unknown> {
  if (endpoint.kind === 'raw') {
    response.hijack?.();
  }
  const exchange = { request: request.raw ?? request, response: response.raw ?? response, params, body, otel: request.otel };
  const result = await Promise.resolve()
    .then(() => endpoint.handle(exchange))
    .catch((error: unknown) => {
      throw error instanceof TeapotError ? new ImATeapotException(error.message) : error;
    });
  return endpoint.kind === 'stream' ? new StreamableFile(result as Readable) : result;
}
