import {
  Catch,
  Controller,
  Get,
  Inject,
  Param,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { activeTraceId, isServerSpan } from '@otelier/testkit/conformance';
import { tap } from 'rxjs';
import { nestBench, PLATFORMS, type Parts } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

/** The traces in which the parts of an application have run, by the part's name. */
function tracedParts(): { parts: Parts; seen: Record<string, string> } {
  const seen: Record<string, string> = {};
  const note = (part: string): true => {
    seen[part] = activeTraceId();
    return true;
  };
  @Catch()
  class NotingFilter {
    constructor(@Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost) {}

    catch(_error: unknown, host: ArgumentsHost): void {
      note('filter');
      this.adapter.httpAdapter.reply(host.switchToHttp().getResponse(), {}, 503);
    }
  }
  @UseFilters(NotingFilter)
  @UseGuards({ canActivate: () => note('guard') })
  @UsePipes({ transform: (value: unknown) => note('pipe') && value })
  @UseInterceptors({
    intercept(_context: ExecutionContext, next: CallHandler) {
      note('interceptor');
      return next.handle().pipe(tap({ error: () => note('interceptor behind the handler') }));
    },
  })
  @Controller('users')
  class UsersController {
    @Get(':id')
    one(@Param('id') _id: string): never {
      note('handler');
      throw new RangeError('no user');
    }
  }
  return { parts: { controllers: [UsersController], providers: [NotingFilter] }, seen };
}

// What users of the instrumentation for NestJS know from it, one test for each.
describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  verifies(['N2', 'R12'], 'works on this major of NestJS, with guards, pipes, interceptors and filters', async () => {
    const { parts, seen } = tracedParts();
    const { answer, span } = await bench.ask(platform, parts, '/users/7');
    const { traceId } = span.spanContext();
    expect([answer.status, span.name]).toEqual([503, 'GET /users/:id']);
    expect(seen).toEqual(
      Object.fromEntries(
        ['guard', 'interceptor', 'pipe', 'handler', 'interceptor behind the handler', 'filter'].map((part) => [part, traceId]),
      ),
    );
    expect(span.attributes['error.type']).toBe('RangeError');
  });

  verifies(['R14', 'D2'], 'needs no instrumentation-http, and records inside Jest', async () => {
    @Controller('users')
    class PlainController {
      @Get(':id')
      one(): object {
        return { span: trace.getActiveSpan()?.spanContext().spanId };
      }
    }
    const { answer, span } = await bench.ask(platform, { controllers: [PlainController] }, '/users/7');
    expect(JSON.parse(answer.text)).toEqual({ span: span.spanContext().spanId });
    expect(bench.telemetry.spans().filter(isServerSpan)).toHaveLength(1);
  });
});
