import {
  Catch,
  Controller,
  Get,
  HttpException,
  Param,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type MiddlewareConsumer,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SpanStatusCode } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send } from '@otelier/testkit/conformance';
import { map, throwError, type Observable } from 'rxjs';
import { createApp, nestBench, PLATFORMS, serve, type Parts } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

class StockError extends Error {}
class TeapotException extends HttpException {
  constructor() {
    super('short and stout', 418);
  }
}
class BusyException extends HttpException {
  constructor() {
    super({ busy: true }, 503);
  }
}

/** The places of an application where something can be thrown. */
const PLACES: Readonly<Record<string, (fail: () => never) => Parts>> = {
  middleware(fail) {
    class Root {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(fail).forRoutes(Plain);
      }
    }
    const Plain = controller(() => ({}));
    return { root: Root, controllers: [Plain] };
  },
  'a guard': (fail) => decorated(UseGuards({ canActivate: fail })),
  'an asynchronous guard': (fail) => decorated(UseGuards({ canActivate: async () => fail() })),
  'an interceptor before the handler': (fail) => decorated(UseInterceptors({ intercept: fail })),
  'an interceptor after the handler': (fail) =>
    decorated(
      UseInterceptors({ intercept: (_context: ExecutionContext, next: CallHandler) => next.handle().pipe(map(fail)) }),
    ),
  'a pipe': (fail) => ({ controllers: [controller(() => ({}), { transform: fail })] }),
  'a handler': (fail) => ({ controllers: [controller(fail)] }),
  'an asynchronous handler': (fail) => ({ controllers: [controller(async () => fail())] }),
  'an observable': (fail) => ({ controllers: [controller((): Observable<unknown> => throwError(fail))] }),
};

function controller(handle: () => unknown, ...pipes: { transform: () => unknown }[]): Type {
  @Controller('places')
  class PlacesController {
    @Get(':id')
    handle(@Param('id', ...pipes) _id: string): unknown {
      return handle();
    }
  }
  return PlacesController;
}

function decorated(decorate: ClassDecorator): Parts {
  const Plain = controller(() => ({}));
  decorate(Plain);
  return { controllers: [Plain] };
}

/** A filter as users write it for the errors that they know, on both platforms. */
@Catch(StockError)
class StockFilter {
  constructor(private readonly adapter: HttpAdapterHost) {}

  catch(_error: StockError, host: ArgumentsHost): void {
    this.adapter.httpAdapter.reply(host.switchToHttp().getResponse(), { sorry: true }, 503);
  }
}

const throwing = (create: () => unknown) => (): never => {
  throw create();
};

describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
  const bench = nestBench();

  async function askBoth(parts: () => Parts): Promise<Awaited<ReturnType<typeof bench.ask>>> {
    const bare = await serve(await createApp(platform, parts()), bench.telemetry);
    const plain = await send(bare.server, '/places/7');
    await bare.server.close();
    const observed = await bench.ask(platform, parts(), '/places/7');
    expect([observed.answer.status, observed.answer.text]).toEqual([plain.status, plain.text]);
    expect(observed.answer.headers['content-type']).toBe(plain.headers['content-type']);
    return observed;
  }

  for (const [place, partsOf] of Object.entries(PLACES)) {
    verifies(['R5', 'R6', 'N2'], `records an error thrown in ${place} once`, async () => {
      const { answer, span } = await askBoth(() => partsOf(throwing(() => new StockError('none left'))));
      expect(answer.status).toBe(500);
      expect(span.attributes).toMatchObject({ 'error.type': 'StockError', 'http.route': '/places/:id' });
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'none left' });
      expect(exceptionsOf(span)).toEqual([
        {
          'exception.type': 'StockError',
          'exception.message': 'none left',
          'exception.stacktrace': expect.stringContaining('errors.test.ts') as string,
        },
      ]);
    });

    verifies(['R5', 'R6', 'N2'], `leaves the status of a 4xx thrown in ${place} unset`, async () => {
      const { answer, span } = await askBoth(() => partsOf(throwing(() => new TeapotException())));
      expect(answer.status).toBe(418);
      expect(span.attributes['http.response.status_code']).toBe(418);
      expect([span.status.code, span.attributes['error.type'], span.events]).toEqual([SpanStatusCode.UNSET, undefined, []]);
    });
  }

  verifies(['R5', 'R6'], 'records an exception of the framework that is answered with 5xx', async () => {
    const { answer, span } = await askBoth(() => ({ controllers: [controller(throwing(() => new BusyException()))] }));
    expect(answer.status).toBe(503);
    expect(span.attributes['error.type']).toBe('BusyException');
    expect(exceptionsOf(span)).toHaveLength(1);
  });

  verifies(['R5', 'R6', 'N2'], "records an error that the application's own filter answers with 503", async () => {
    const { answer, span } = await askBoth(() => ({
      controllers: [controller(throwing(() => new StockError('none left')))],
      providers: [{ provide: 'APP_FILTER', useClass: StockFilter }],
      configure: (app) => app.useGlobalFilters(new StockFilter(app.get(HttpAdapterHost))),
    }));
    expect([answer.status, answer.text]).toEqual([503, '{"sorry":true}']);
    expect(span.attributes['error.type']).toBe('StockError');
    expect(exceptionsOf(span)).toHaveLength(1);
  });

  verifies(['R5', 'R6', 'N2'], 'records a text that is thrown', async () => {
    const { answer, span } = await askBoth(() => ({ controllers: [controller(throwing(() => 'just a text'))] }));
    expect(answer.status).toBe(500);
    expect(span.attributes['error.type']).toBe('500');
    expect(exceptionsOf(span)).toEqual([{ 'exception.type': 'string', 'exception.message': 'just a text' }]);
  });

  verifies(['R5', 'R6'], 'leaves a body that can not be parsed to the client', async () => {
    const { answer, span } = await bench.ask(platform, { controllers: [controller(() => ({}))] }, '/places/7', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([400, 404]).toContain(answer.status);
    expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
  });
});
