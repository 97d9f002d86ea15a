import 'reflect-metadata';
import type { Server } from 'node:http';
import { Module, type INestApplication, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OtelModule } from '@otelier/nestjs';
import { blockBench, runningHost, servedBench, type Answer, type Bench, type Sending, type TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { NEST_MAJOR } from './nest-major.js';

/** The HTTP frameworks beneath Nest. */
export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** What an application is made of. */
export interface Parts extends ModuleMetadata {
  /** The root module, for one that configures middleware. */
  readonly root?: Type;
  /** Called before the application is initialised. */
  readonly configure?: (app: INestApplication) => unknown;
}

/** Sends requests to applications and looks at their spans. */
export interface NestBench {
  readonly telemetry: TelemetryProbe;
  /** Serves an application, sends it one request and returns the answer with its one SERVER span. */
  ask(platform: Platform, parts: Parts, path: string, sending?: Sending): Promise<{ answer: Answer; span: ReadableSpan }>;
}

/** An application on one of the platforms. */
export async function createApp(platform: Platform, parts: Parts): Promise<INestApplication> {
  const { root = class {}, configure, ...metadata } = parts;
  // A class of its own for each application: the metadata is kept on it.
  class RootModule extends root {}
  Module(metadata)(RootModule);
  const options = { logger: false, abortOnError: false } as const;
  const app: INestApplication =
    platform === 'express'
      ? await NestFactory.create(RootModule, options)
      : await NestFactory.create(RootModule, new FastifyAdapter(), options);
  await configure?.(app);
  return app;
}

/** Listens on a free port of this machine. */
export async function serve(app: INestApplication, telemetry: TelemetryProbe): Promise<Bench> {
  await app.listen(0, '127.0.0.1');
  const serverHost = runningHost(app.getHttpServer() as Server, () => app.close());
  return servedBench(`nestjs ${NEST_MAJOR}`, serverHost, telemetry);
}

/** A bench for the tests of the describe block that it is called in. */
export function nestBench(): NestBench {
  const block = blockBench();
  return {
    get telemetry() {
      return block.telemetry;
    },
    async ask(platform, parts, path, sending) {
      const imports = [OtelModule.forRoot(), ...(parts.imports ?? [])];
      return block.askOnce(async (telemetry) => serve(await createApp(platform, { ...parts, imports }), telemetry), path, sending);
    },
  };
}
