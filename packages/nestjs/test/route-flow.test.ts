import {
  BadRequestException,
  Controller,
  Get,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  RequestMethod,
  Res,
  UseGuards,
  type MiddlewareConsumer,
  type Type,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { describeRoutes, type RouteCase } from './route-cases.js';

/** Node's response, or Fastify's reply around it. */
type AnyResponse = ServerResponse & { readonly raw?: ServerResponse };

@Controller(['users', 'people'])
class UsersController {
  @Get(['by-id/:id', 'by-name/:name'])
  one(): object {
    return {};
  }

  @Get('number/:id')
  number(@Param('id', ParseIntPipe) id: number): object {
    return { id };
  }

  @Get('gone/:id')
  gone(): never {
    throw new NotFoundException();
  }

  @Get('by-hand/:id')
  byHand(@Res() response: AnyResponse): void {
    const raw = response.raw ?? response;
    raw.statusCode = 202;
    raw.end('by hand');
  }
}

@UseGuards({ canActivate: () => false })
@Controller('guarded')
class GuardedController {
  @Get(':id')
  one(): object {
    return {};
  }
}

@Controller({ path: 'hosted', host: ['a.example.com', ':tenant.example.org'] })
class HostedController {
  @Get(':id')
  one(): object {
    return {};
  }
}

@Controller('hosted')
class OtherHostsController {
  @Get('*path')
  any(): object {
    return {};
  }
}

@Controller('items')
class ItemsController {
  @Get(':item')
  one(): object {
    return {};
  }
}

@Module({ controllers: [ItemsController] })
class ItemsModule {}
@Module({ imports: [ItemsModule] })
class AdminModule {}

const NESTED = [
  ItemsModule,
  AdminModule,
  RouterModule.register([{ path: 'admin/:realm', module: AdminModule, children: [{ path: 'stock', module: ItemsModule }] }]),
];

/** A root module with middleware for some paths. */
function rootWith(handle: (...call: [unknown, ServerResponse, (error?: unknown) => void]) => unknown, path: string): Type {
  return class {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(handle).forRoutes(path);
    }
  };
}

const refuse = (_request: unknown, response: ServerResponse): void => {
  response.statusCode = 401;
  response.end('no');
};
const USERS = { controllers: [UsersController] };

const CASES: readonly RouteCase[] = [
  { title: 'one of several paths of a method', parts: USERS, path: '/people/by-name/7', route: '/people/by-name/:name' },
  { title: 'a pipe that answers 400', parts: USERS, path: '/users/number/x', status: 400, route: '/users/number/:id' },
  { title: 'a handler that throws a 404', parts: USERS, path: '/users/gone/7', status: 404, route: '/users/gone/:id' },
  { title: 'a handler that answers by hand', parts: USERS, path: '/users/by-hand/7', status: 202, route: '/users/by-hand/:id' },
  { title: 'a guard that says no', parts: { controllers: [GuardedController] }, path: '/guarded/7', status: 403, route: '/guarded/:id' },
  { title: 'a method that no handler has', parts: USERS, path: '/users/by-id/7', method: 'DELETE', status: 404, route: undefined },
  {
    title: 'a path that a global prefix leaves out',
    parts: { ...USERS, configure: (app) => app.setGlobalPrefix('api', { exclude: ['users/by-id/:id'] }) },
    path: '/users/by-id/7',
    route: '/users/by-id/:id',
  },
  {
    title: 'a path that a global prefix leaves out for another method',
    parts: {
      ...USERS,
      configure: (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'users/by-id/:id', method: RequestMethod.POST }] }),
    },
    path: '/api/users/by-id/7',
    route: '/api/users/by-id/:id',
  },
  {
    title: 'modules below the paths of others',
    parts: { imports: NESTED },
    path: '/admin/eu/stock/items/7',
    route: '/admin/:realm/stock/items/:item',
  },
  {
    title: 'one of several hosts',
    parts: { controllers: [HostedController] },
    path: '/hosted/7',
    headers: { host: 'acme.example.org' },
    route: '/hosted/:id',
  },
  {
    title: 'a host that the controller does not have',
    parts: { controllers: [HostedController] },
    path: '/hosted/7',
    headers: { host: 'evil.example.net' },
    status: 404,
    route: undefined,
  },
  {
    title: 'the controller behind one of another host',
    on: 'express',
    parts: { controllers: [HostedController, OtherHostsController] },
    path: '/hosted/7',
    headers: { host: 'b.example.net' },
    route: '/hosted/*path',
  },
  {
    // Fastify has found the route before any middleware runs; Express has not.
    title: 'middleware that answers before the handler',
    parts: { ...USERS, root: rootWith(refuse, 'users/by-id/:id') },
    path: '/users/by-id/7',
    status: 401,
    route: { express: undefined, fastify: '/users/by-id/:id' },
  },
  {
    title: 'middleware that throws a 4xx before the handler',
    parts: { ...USERS, root: rootWith(() => Promise.reject(new BadRequestException()), 'users/by-id/:id') },
    path: '/users/by-id/7',
    status: 400,
    route: { express: undefined, fastify: '/users/by-id/:id' },
  },
  {
    title: 'middleware that answers where nothing is',
    parts: { ...USERS, root: rootWith(refuse, '*path') },
    path: '/secret',
    status: 401,
    route: undefined,
  },
];

describeRoutes(CASES);
