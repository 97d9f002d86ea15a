import { All, Controller, Get, HostParam, Param, VersioningType, type MiddlewareConsumer } from '@nestjs/common';
import { describeRoutes, type RouteCase } from './route-cases.js';

@Controller('users')
class UsersController {
  @Get()
  list(): object {
    return [];
  }

  @Get(':id')
  one(@Param('id') id: string): object {
    return { id };
  }
}

@Controller({ path: 'orders', version: '2' })
class OrdersController {
  @Get(':order')
  one(): object {
    return {};
  }
}

@Controller(['cats', 'kittens/:litter'])
class CatsController {
  @Get(':id')
  one(): object {
    return {};
  }

  @All('any/:id')
  any(): object {
    return {};
  }
}

@Controller('files')
class FilesController {
  @Get('*')
  one(): object {
    return {};
  }
}

@Controller({ path: 'hosted', host: ':tenant.example.com' })
class HostedController {
  @Get(':id')
  one(@HostParam('tenant') tenant: string): object {
    return { tenant };
  }
}

const goOn = (_request: unknown, _response: unknown, next: () => void): void => next();

class AllRoutes {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(goOn).forRoutes('*');
  }
}

class ControllerRoutes {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(goOn).forRoutes(UsersController, 'other/*path');
  }
}

const USERS = { controllers: [UsersController] };

const CASES: readonly RouteCase[] = [
  { title: 'a controller and its parameter', parts: USERS, path: '/users/7?x=1', route: '/users/:id' },
  { title: 'the root of a controller', parts: USERS, path: '/users', route: '/users' },
  {
    title: 'a global prefix',
    parts: { ...USERS, configure: (app) => app.setGlobalPrefix('api/:tenant') },
    path: '/api/acme/users/7',
    route: '/api/:tenant/users/:id',
  },
  {
    title: 'a version in the path',
    parts: {
      controllers: [OrdersController],
      configure: (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
    },
    path: '/api/v2/orders/7',
    route: '/api/v2/orders/:order',
  },
  {
    title: 'a version in a header',
    parts: {
      controllers: [OrdersController],
      configure: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
    },
    path: '/orders/7',
    headers: { 'x-version': '2' },
    route: '/orders/:order',
  },
  { title: 'one of several paths', parts: { controllers: [CatsController] }, path: '/kittens/3/7', route: '/kittens/:litter/:id' },
  {
    title: 'a handler for all methods',
    parts: { controllers: [CatsController] },
    path: '/cats/any/7',
    method: 'DELETE',
    route: '/cats/any/:id',
  },
  {
    title: 'a wildcard',
    parts: { controllers: [FilesController] },
    path: '/files/a/b',
    route: { express: '/files/{*path}', fastify: '/files/*' },
  },
  {
    title: 'the controller of a host',
    parts: { controllers: [HostedController] },
    path: '/hosted/7',
    headers: { host: 'acme.example.com' },
    route: '/hosted/:id',
  },
  { title: 'a route behind middleware for all', parts: { ...USERS, root: AllRoutes }, path: '/users/7', route: '/users/:id' },
  {
    title: 'a route behind middleware for its controller',
    parts: { ...USERS, root: ControllerRoutes },
    path: '/users/7',
    route: '/users/:id',
  },
  { title: 'a 404', parts: USERS, path: '/secret/4711', status: 404, route: undefined },
  {
    title: 'a 404 behind middleware for all',
    parts: { ...USERS, root: AllRoutes },
    path: '/secret/4711',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 behind middleware for a path',
    parts: { ...USERS, root: ControllerRoutes },
    path: '/other/4711',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 behind middleware with a global prefix',
    parts: { ...USERS, root: AllRoutes, configure: (app) => app.setGlobalPrefix('api') },
    path: '/api/4711',
    status: 404,
    route: undefined,
  },
];

describeRoutes(CASES);
