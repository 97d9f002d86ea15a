import {
  BadGatewayException,
  Catch,
  Controller,
  Get,
  HttpException,
  NotFoundException,
  RequestTimeoutException,
  Sse,
  UseFilters,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { SpanStatusCode } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send } from '@otelier/testkit/conformance';
import { catchError, of, throwError, timeout, TimeoutError, type Observable } from 'rxjs';
import { createApp, nestBench, PLATFORMS, serve, type Parts } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

class StockError extends Error {}

interface AnswerCase {
  readonly title: string;
  readonly parts: () => Parts;
  /** @default '/places/7' */
  readonly path?: string;
  readonly status: number;
  readonly errorType: string | undefined;
  /** The messages of the events. */
  readonly messages: readonly string[];
}

const fail = (): never => {
  throw new StockError('none left');
};

function controller(handle: () => unknown, ...decorators: ClassDecorator[]): Parts {
  @Controller('places')
  class PlacesController {
    @Get(':id')
    handle(): unknown {
      return handle();
    }
  }
  decorators.forEach((decorate) => decorate(PlacesController));
  return { controllers: [PlacesController] };
}

/** An interceptor that does something with what the handler gives. */
const intercepting = (change: (handled: Observable<unknown>) => Observable<unknown>): ClassDecorator =>
  UseInterceptors({
    intercept: (_context: ExecutionContext, next: CallHandler) => change(next.handle()),
  } as NestInterceptor);

/** A filter for everything, or for one class, that answers with a status. */
function answeringWith(status: number, ...classes: Type[]): (parts: Parts) => Parts {
  @Catch(...classes)
  class AnsweringFilter {
    constructor(private readonly adapter: HttpAdapterHost) {}

    catch(_error: unknown, host: ArgumentsHost): void {
      this.adapter.httpAdapter.reply(host.switchToHttp().getResponse(), { sorry: true }, status);
    }
  }
  return (parts) => ({
    ...parts,
    configure: (app) => app.useGlobalFilters(new AnsweringFilter(app.get(HttpAdapterHost))),
  });
}

@Catch()
class RethrowingFilter {
  catch(error: unknown): never {
    throw error;
  }
}

@Catch()
class BrokenFilter {
  catch(): never {
    throw new TypeError('broken filter');
  }
}

@Catch()
class StockFilter extends BaseExceptionFilter {}

const CASES: readonly AnswerCase[] = [
  {
    title: 'an interceptor that waits no longer',
    parts: () => controller(() => new Promise(() => {}), intercepting((handled) => handled.pipe(timeout(10)))),
    status: 500,
    errorType: 'TimeoutError',
    messages: ['Timeout has occurred'],
  },
  {
    title: 'an interceptor that makes a 408 of it',
    parts: () => {
      const map = (error: unknown): Observable<never> =>
        throwError(() => (error instanceof TimeoutError ? new RequestTimeoutException() : error));
      return controller(
        () => new Promise(() => {}),
        intercepting((handled) => handled.pipe(timeout(10), catchError(map))),
      );
    },
    status: 408,
    errorType: undefined,
    messages: [],
  },
  {
    title: 'an error that an interceptor wraps',
    parts: () => {
      const wrap = (cause: unknown): Observable<never> => throwError(() => new BadGatewayException('wrapped', { cause }));
      return controller(fail, intercepting((handled) => handled.pipe(catchError(wrap))));
    },
    status: 502,
    errorType: 'BadGatewayException',
    messages: ['wrapped'],
  },
  {
    title: 'an error that an interceptor answers',
    parts: () => controller(fail, intercepting((handled) => handled.pipe(catchError(() => of({ well: true }))))),
    status: 200,
    errorType: undefined,
    messages: [],
  },
  {
    title: 'an error that a filter answers with 404',
    parts: () => answeringWith(404)(controller(fail)),
    status: 404,
    errorType: undefined,
    messages: [],
  },
  {
    title: 'an exception of 404 that a filter answers with 500',
    parts: () =>
      answeringWith(500)(
        controller(() => {
          throw new NotFoundException('gone');
        }),
      ),
    status: 500,
    errorType: 'NotFoundException',
    messages: ['gone'],
  },
  {
    title: "the framework's 404 that a filter answers with 200",
    parts: () => answeringWith(200, NotFoundException)(controller(() => ({}))),
    path: '/page',
    status: 200,
    errorType: undefined,
    messages: [],
  },
  {
    title: 'an error that a filter throws again',
    parts: () => controller(fail, UseFilters(new RethrowingFilter())),
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
  },
  {
    title: 'an error and the one that its filter throws',
    parts: () => controller(fail, UseFilters(new BrokenFilter())),
    status: 500,
    errorType: 'TypeError',
    messages: ['none left', 'broken filter'],
  },
  {
    title: "an error that a filter hands to Nest's own",
    parts: () => ({
      ...controller(fail),
      configure: (app) => app.useGlobalFilters(new StockFilter(app.getHttpAdapter())),
    }),
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
  },
  {
    title: 'an error of a global guard',
    parts: () => ({ ...controller(() => ({})), configure: (app) => app.useGlobalGuards({ canActivate: fail }) }),
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
  },
  {
    title: 'an exception whose own status is 200',
    parts: () =>
      controller(() => {
        throw new HttpException('well', 200);
      }),
    status: 200,
    errorType: undefined,
    messages: ['well'],
  },
  {
    title: 'an error before server-sent events begin',
    parts: () => {
      @Controller('places')
      class EventsController {
        @Sse(':id')
        events(): never {
          return fail();
        }
      }
      return { controllers: [EventsController] };
    },
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
  },
];

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  for (const { title, parts, path = '/places/7', status, errorType, messages } of CASES) {
    verifies(['R5', 'R6', 'N2'], `records ${title} as it ended`, async () => {
      const bare = await serve(await createApp(platform, parts()), bench.telemetry);
      const plain = await send(bare.server, path);
      await bare.server.close();
      const { answer, span } = await bench.ask(platform, parts(), path);
      expect([answer.status, answer.text]).toEqual([status, plain.text]);
      expect(span.attributes['error.type']).toBe(errorType);
      expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(messages);
      expect(span.status.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      expect(span.attributes['http.route']).toBe(path === '/page' ? undefined : '/places/:id');
    });
  }
});
