import { Controller, Get, Injectable, UseGuards, type CanActivate, type MiddlewareConsumer } from '@nestjs/common';
import { withSpan } from '@otelier/core';
import { OtelModule } from '@otelier/nestjs';
import { verifies } from '@otelier/testkit';
import { blockBench, BoomError, exceptionsOf, exchange, isInternalSpan, spanTree } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { createApp, PLATFORMS, serve, type Parts, type Platform } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

@Injectable()
class Guard implements CanActivate {
  async canActivate(): Promise<boolean> {
    return withSpan('in guard', async () => true);
  }
}

@Controller('users')
class UsersController {
  @Get(':id')
  @UseGuards(Guard)
  async one(): Promise<object> {
    return withSpan('in handler', async () => ({}));
  }

  @Get(':id/orders')
  async orders(): Promise<never> {
    throw new BoomError('no orders');
  }
}

class AuditRoot {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply((_request: unknown, _response: unknown, next: () => void) => {
        setTimeout(() => {
          withSpan('in middleware', () => {});
          next();
        }, 1);
      })
      .forRoutes('*');
  }
}

const parts: Parts = { root: AuditRoot, controllers: [UsersController] };

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = blockBench();

  /** Sends one request to an application with layers and returns all of its spans. */
  async function spansOf(path: string): Promise<readonly ReadableSpan[]> {
    const running = await serve(await createLayered(platform), bench.telemetry);
    await exchange(running, path);
    await running.server.close();
    return bench.telemetry.spans();
  }

  verifies(['N2', 'R23'], 'shows the layers of the framework beneath, around what Nest does in them', async () => {
    const spans = await spansOf('/users/7');
    const around = Object.fromEntries(
      ['middleware', 'guard', 'handler'].map((where) => [where, parentName(spans, `in ${where}`)]),
    );
    expect(around).toEqual({
      middleware: platform === 'fastify' ? 'hook onRequest' : 'middleware',
      guard: 'handler /users/:id',
      handler: 'handler /users/:id',
    });
    const parents = new Set(spans.filter(isLayer).map((span) => parentName(spans, span.name)));
    expect(parents).toEqual(new Set(['GET /users/:id']));
  });

  verifies(['R6', 'R23'], 'records what a handler throws on its layer alone, though Nest answers it', async () => {
    const spans = await spansOf('/users/7/orders');
    const failed = spans.filter((span) => span.events.length > 0);
    expect(failed.map((span) => span.name)).toEqual(['handler /users/:id/orders', 'GET /users/:id/orders']);
    expect(failed.map((span) => exceptionsOf(span).length)).toEqual([1, 1]);
    expect(spanTree(spans)).toContain('  handler /users/:id/orders ! BoomError');
  });
});

function createLayered(platform: Platform): ReturnType<typeof createApp> {
  return createApp(platform, { ...parts, imports: [OtelModule.forRoot({ layers: true })] });
}

function isLayer(span: ReadableSpan): boolean {
  return isInternalSpan(span) && !span.name.startsWith('in ');
}

/** The first word is enough for what the framework names after its own wrappers. */
function parentName(spans: readonly ReadableSpan[], name: string): string | undefined {
  const child = spans.find((span) => span.name === name);
  const parent = spans.find((span) => span.spanContext().spanId === child?.parentSpanContext?.spanId);
  return parent?.name.startsWith('middleware') ? 'middleware' : parent?.name;
}
