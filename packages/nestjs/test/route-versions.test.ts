import { Controller, Get, Version, VERSION_NEUTRAL, VersioningType, type INestApplication, type Type } from '@nestjs/common';
import { describeRoutes, type RouteCase } from './route-cases.js';

/** A controller of users, of one version or several. */
function usersOf(version: string | string[] | typeof VERSION_NEUTRAL, parameter = 'id'): Type {
  @Controller({ path: 'users', version: version as string })
  class UsersController {
    @Get(`:${parameter}`)
    one(): object {
      return {};
    }
  }
  return UsersController;
}

@Controller('users')
class PlainController {
  @Get('plain/:id')
  plain(): object {
    return {};
  }

  @Get(':id')
  @Version('7')
  one(): object {
    return {};
  }
}

/** Two versions of one path; Fastify, which tells them apart by itself, knows the parameter by one name only. */
const BOTH = [usersOf('1'), usersOf('2')];

const versioned = (options: Parameters<INestApplication['enableVersioning']>[0]) => (app: INestApplication) =>
  app.enableVersioning(options);
const inPath = versioned({ type: VersioningType.URI });
const inHeader = versioned({ type: VersioningType.HEADER, header: 'x-version' });

const CASES: readonly RouteCase[] = [
  {
    title: 'one of several versions in the path',
    parts: { controllers: [usersOf(['1', '2'])], configure: inPath },
    path: '/v2/users/7',
    route: '/v2/users/:id',
  },
  {
    title: 'a version that no controller has',
    parts: { controllers: [usersOf(['1', '2'])], configure: inPath },
    path: '/v3/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a controller for all versions',
    parts: { controllers: [usersOf(VERSION_NEUTRAL)], configure: inPath },
    path: '/users/7',
    route: '/users/:id',
  },
  {
    title: 'a controller for one version and for none',
    parts: { controllers: [usersOf([VERSION_NEUTRAL as unknown as string, '1'])], configure: inPath },
    path: '/v1/users/7',
    route: '/v1/users/:id',
  },
  {
    title: 'the default version with a prefix of its own',
    parts: {
      controllers: [PlainController],
      configure: versioned({ type: VersioningType.URI, defaultVersion: '3', prefix: 'version-' }),
    },
    path: '/version-3/users/plain/7',
    route: '/version-3/users/plain/:id',
  },
  {
    title: 'the version of a method',
    parts: { controllers: [PlainController], configure: inPath },
    path: '/v7/users/7',
    route: '/v7/users/:id',
  },
  {
    title: 'a method without a version beside one that has it',
    parts: { controllers: [PlainController], configure: inPath },
    path: '/users/plain/7',
    route: '/users/plain/:id',
  },
  {
    title: 'a version in a header beside another of the same path',
    parts: { controllers: BOTH, configure: inHeader },
    path: '/users/7',
    headers: { 'x-version': '2' },
    route: '/users/:id',
  },
  {
    title: 'a version in a header with a parameter of its own',
    on: 'express',
    parts: { controllers: [usersOf('1'), usersOf('2', 'name')], configure: inHeader },
    path: '/users/7',
    headers: { 'x-version': '2' },
    route: '/users/:name',
  },
  {
    title: 'a version in a header that no controller has',
    parts: { controllers: BOTH, configure: inHeader },
    path: '/users/7',
    headers: { 'x-version': '9' },
    status: 404,
    route: undefined,
  },
  {
    title: 'no version in a header beside controllers that have one',
    parts: { controllers: [usersOf('1'), usersOf(VERSION_NEUTRAL)], configure: inHeader },
    path: '/users/7',
    route: '/users/:id',
  },
  {
    title: 'a version in the media type',
    parts: { controllers: BOTH, configure: versioned({ type: VersioningType.MEDIA_TYPE, key: 'v=' }) },
    path: '/users/7',
    headers: { accept: 'application/json;v=2' },
    route: '/users/:id',
  },
  {
    title: 'a version that the application finds itself',
    parts: {
      controllers: BOTH,
      configure: versioned({
        type: VersioningType.CUSTOM,
        extractor: (request) => (request as { headers: Record<string, string> }).headers['x-custom'] ?? '1',
      }),
    },
    path: '/users/7',
    headers: { 'x-custom': '2' },
    route: '/users/:id',
  },
];

describeRoutes(CASES);
