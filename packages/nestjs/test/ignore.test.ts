import { Controller, Get, Injectable, UnauthorizedException, UseGuards, type CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { withSpan } from '@otelier/core';
import { OtelIgnore, OtelModule } from '@otelier/nestjs';
import { verifies } from '@otelier/testkit';
import { send, type Bench } from '@otelier/testkit/conformance';
import { createApp, nestBench, PLATFORMS, serve } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

@Injectable()
class WorkingGuard implements CanActivate {
  canActivate(): boolean {
    return withSpan('guard work', () => true);
  }
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(): never {
    throw new UnauthorizedException();
  }
}

@Controller('plain')
class PlainController {
  @Get('seen')
  seen(): object {
    return withSpan('seen work', () => ({}));
  }

  @Get('unseen')
  @OtelIgnore()
  unseen(): object {
    return withSpan('unseen work', () => ({}));
  }

  @Get('closed')
  @OtelIgnore()
  @UseGuards(ClosedGuard)
  closed(): object {
    return {};
  }
}

@Controller('probes')
@OtelIgnore()
class ProbesController {
  @Get('live')
  live(): object {
    return {};
  }

  @Get('deep')
  @OtelIgnore(false)
  deep(): object {
    return {};
  }
}

const parts = {
  imports: [OtelModule.forRoot()],
  controllers: [PlainController, ProbesController],
  // Of the root module, whose guards Nest adds before those of the modules that it imports.
  providers: [{ provide: APP_GUARD, useClass: WorkingGuard }],
};

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();
  let running: Bench;

  beforeEach(async () => {
    running = await serve(await createApp(platform, parts), bench.telemetry);
  });
  afterEach(() => running.server.close());

  /** The spans of one request; it is followed by another one, whose end shows that it has ended too. */
  async function spansOf(path: string): Promise<string[]> {
    await send(running.server, path);
    await send(running.server, '/plain/seen');
    const spans = await bench.telemetry.waitFor((all) => all.some(({ name }) => name === 'GET /plain/seen'));
    await bench.telemetry.waitForActive(0);
    const last = spans.find(({ name }) => name === 'GET /plain/seen')?.spanContext().traceId;
    return bench.telemetry.spans().filter((span) => span.spanContext().traceId !== last).map(({ name }) => name);
  }

  verifies('R17', 'leaves out a handler with @OtelIgnore(), what its guards do, and what it does', async () => {
    expect(await spansOf('/plain/unseen')).toEqual([]);
  });

  verifies('R17', 'leaves out a handler with @OtelIgnore() that a guard rejects', async () => {
    expect(await spansOf('/plain/closed')).toEqual([]);
  });

  verifies('R17', 'leaves out the handlers of a controller with @OtelIgnore(), but for those that say otherwise', async () => {
    expect(await spansOf('/probes/live')).toEqual([]);
    await bench.telemetry.clear();
    expect(await spansOf('/probes/deep')).toEqual(['guard work', 'GET /probes/deep']);
  });

  verifies(['R17', 'M1'], 'measures what is left out', async () => {
    await send(running.server, '/plain/unseen');
    await send(running.server, '/plain/seen');
    await bench.telemetry.waitFor((all) => all.some(({ name }) => name === 'GET /plain/seen'));
    const points = await bench.telemetry.metric('http.server.request.duration');
    expect(points.map(({ attributes }) => attributes['http.route']).sort()).toEqual(['/plain/seen', '/plain/unseen']);
  });
});
