import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exchange } from '@otelier/testkit/conformance';
import type { Express } from 'express';
import express52 from 'express52';
import { membersOfExpression } from '../src/old-routers/expression-members.js';
import { mountTemplate, type RouterLayer } from '../src/old-routers/router-layer.js';
import { expressBench, serve } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';
import { describeRoutes, ok, routerWith, type RouteCase } from './route-cases.js';
import { randomMounts, type RandomMount } from './random-mounts.js';

/** A router at a place, with a route at its root and one below: the place may take all of a path. */
function mounted(pattern: unknown): RouteCase['build'] {
  return (app, express) => {
    const router = routerWith(express, (inner) => inner.get(['/', '/leaf'], ok));
    app.use(pattern as string, router);
  };
}

function cases(only: '4' | '5', patterns: Readonly<Record<string, string>>): RouteCase[] {
  return Object.entries(patterns).map(([pattern, path]) => ({
    title: `a mount at ${pattern}`,
    only,
    build: mounted(pattern),
    path,
    route: path.endsWith('/leaf') ? `${pattern}/leaf` : pattern,
  }));
}

const WRITTEN_IN_4 = {
  '/g/(\\w+)': '/g/secret/leaf',
  '/o/:id/(\\d+)': '/o/5/66/leaf',
  '/d/(\\w+)/:id': '/d/secret/7/leaf',
  '/u/(\\w+)?': '/u/secret/leaf',
  '/i/(v\\d+)': '/i/v88/leaf',
  '/c/([^/]*)': '/c/s77',
  '/b/(.*)': '/b/.secret/more',
  '/e/:id(\\w{3,})': '/e/secret/leaf',
  '/f/:y(\\d{4})-:m(\\d\\d)': '/f/2024-12/leaf',
  '/h/v(\\d+)': '/h/v77/leaf',
  '/j*': '/jsecret/more',
  '/l/:from-:to.:ext?': '/l/ber-muc.secret/leaf',
  '/m/:id?': '/m/secret/leaf',
  '/n/:id+': '/n/secret/more',
  '/s/:id*': '/s/secret/more',
  '/t/:rest(.*)': '/t/xsecret/more',
  '/w/[^a-r]+': '/w/stu',
  '/ab?cd(ef)?/(x|y(\\d+))/:z': '/acd/y7/secret/leaf',
  '*': '/any/secret',
};

describeRoutes([
  ...cases('4', WRITTEN_IN_4),
  {
    title: 'the member of a list of mounts that matched',
    only: '4',
    build: mounted(['/a/(\\d+)/:x', /fly$/, ['/b/:x/(\\d+)', /^\/q(\w+)[|^]/]]),
    path: '/b/secret/7/leaf',
    route: '/b/:x/(\\d+)/leaf',
  },
  {
    title: 'the regular expression of a list of mounts that matched',
    only: '4',
    build: mounted(['/a/:x', /^\/(?:q|^z)-\w+/, '/b/:x']),
    path: '/q-secret/leaf',
    route: '^\\/(?:q|^z)-\\w+/leaf',
  },
  ...cases('5', { '/v*rest': '/vsecret/more', '/files/*path.txt': '/files/secret/b.txt', '/x/:a.:b': '/x/secret.b' }),
  {
    title: 'a mount with two parameters of one name',
    only: '5',
    build: mounted('/:id/and/:id'),
    path: '/secret/and/7/leaf',
    route: '/:id/and/:id/leaf',
    routeOn: { 'express 5 with router 2.2': '/*/leaf' },
  },
  {
    title: 'a mount that takes all of a path',
    only: '5',
    build: (app, express) => void app.use('/all/*rest', routerWith(express, (router) => router.get('/', ok))),
    path: '/all/secret/more',
    route: '/all/*rest',
  },
]);

// What Express 4.17 (path-to-regexp 0.1.7) makes of a pattern, with the names of its groups.
const EXPRESSIONS_OF_4_17: Readonly<Record<string, readonly [source: string, ...names: (string | number)[]]>> = {
  '/o/:id/(\\d+)': ['^\\/o\\/(?:([^\\/]+?))\\/(?:\\d+)\\/?(?=\\/|$)', 'id'],
  '/b/(.*)': ['^\\/b\\/(?:\\.(.*))\\/?(?=\\/|$)', 0],
  '/f/:y(\\d{4})-:m(\\d\\d)': ['^\\/f\\/(?:(\\d{4}))-(?:(\\d\\d))\\/?(?=\\/|$)', 'y', 'm'],
  '/m/:id?': ['^\\/m(?:\\/([^\\/]+?))?\\/?(?=\\/|$)', 'id'],
  '/s/:id*': ['^\\/s\\/(?:([^\\/]+?)((?:[\\/].+?)?))\\/?(?=\\/|$)', 'id', 0],
  '/t/.:ext?': ['^\\/t(?:\\.\\/([^\\/\\.]+?))?\\/?(?=\\/|$)', 'ext'],
  '/r/:rest(.*)': ['^\\/r\\/(?:(\\.(.*)))\\/?(?=\\/|$)', 'rest', 0],
  '/((a)|b)/:c((?:x|y)z)?': ['^\\/(?:(a)|b)\\/(?:((?:x|y))z)?\\/?(?=\\/|$)', 0, 'c'],
  '/((a))/:c': ['^\\/(?:(a))\\/(?:([^\\/]+?))\\/?(?=\\/|$)', 0, 'c'],
};
const LIST_OF_4_17 = '(?:^\\/a\\/(?:([^\\/]+?))\\/?(?=\\/|$)|(?:^\\/z(x)\\/?(?=\\/|$)|^\\/q(\\w+)|^\\/(?:([^\\/]+?))\\/?(?=\\/|$)))';

describe('the expressions of Express 4.17', () => {
  verifies(['R2'], 'are read as the patterns that they were made of', () => {
    const read = Object.values(EXPRESSIONS_OF_4_17).map(([source, ...names]) => templatesOf(source, names));
    expect(read).toEqual(Object.keys(EXPRESSIONS_OF_4_17).map((pattern) => [pattern]));
    const named = String.raw`^\/(?<x>a)\w*|^\/b\/(?:([^\/]+?))\/?(?=\/|$)`;
    expect(templatesOf(named, ['x', 'id'])).toEqual([String.raw`^\/(?<x>a)\w*`, '/b/:id']);
    expect(templatesOf(LIST_OF_4_17, ['a', 0, 0, 'b'])).toEqual(['/a/:a', '/z(x)', '^\\/q(\\w+)', '/:b']);
  });
});

verifies(['R2'], 'reads the source of a regular expression that remembers where it was, each time', () => {
  const layer = { handle: ok, regexp: /^\/q(\w+)/gy, keys: [{ name: 0 }] };
  const templates = [1, 2].map(() => mountTemplate(layer, { path: '/qsecret/leaf' })?.template);
  expect(templates).toEqual(['^\\/q(\\w+)', '^\\/q(\\w+)']);
});

verifies(['R2'], 'asks a pattern that keeps to itself no more often for a long path than for a short one', () => {
  const [layer] = express52.Router().use('/files/*path', ok).stack as unknown as RouterLayer[];
  const [matcher] = layer?.matchers ?? [];
  const asked: string[] = [];
  const watched = [(path: string) => asked.push(path) > 0 && (matcher?.(path) ?? false)];
  const counts = ['/files/a', '/files/a', `/files${'/a'.repeat(4000)}`, `/files${'/%61'.repeat(2000)}/A`].map((path) => {
    asked.length = 0;
    expect(mountTemplate({ handle: ok, matchers: watched }, { path })?.template).toBe('/files/*path');
    return asked.length;
  });
  expect(counts.slice(2)).toEqual([counts[1], counts[1]]);
});

verifies(['R2', 'X6'], 'gives up on a pattern in whose path a value stands too often', () => {
  const [layer] = express52.Router().use('/*rest/:"0"', ok).stack as unknown as RouterLayer[];
  const [matcher] = layer?.matchers ?? [];
  const asked: string[] = [];
  const watched = [(path: string) => asked.push(path) > 0 && (matcher?.(path) ?? false)];
  expect(mountTemplate({ handle: ok, matchers: watched }, { path: '/a'.repeat(4000) })?.template).toBe('/*');
  expect(asked.length).toBeLessThan(100);
});

function templatesOf(source: string, names: readonly (string | number)[]): string[] {
  const keys = names.map((name) => ({ name }));
  return membersOfExpression(new RegExp(source, 'i'), keys).map(({ template }) => template);
}

describe.each(EXPRESS_VERSIONS)('%s', (name, express) => {
  const bench = expressBench();

  verifies(['R1', 'R2', 'M8'], 'takes nothing of a path for the template of any pattern', async () => {
    const { app, mounts } = applicationWith(express, randomMounts(name === 'express 4' ? '4' : '5', 80));
    const running = await serve(app, bench.telemetry);
    const wrong: unknown[] = [];
    let answered = 0;
    for (const { written, path } of mounts.flatMap(({ written, paths }) => paths.map((path) => ({ written, path })))) {
      const { answer, span } = await exchange(running, `${path}/leaf`);
      bench.telemetry.clear();
      const route = span.attributes['http.route'] ?? '';
      // Not every pattern matches all that it was made for, and then nothing answers.
      const expected = answer.status === 200 ? expectedRoute(written, name === 'express 5 with router 2.2') : /^$/;
      if (!expected.test(String(route)) || span.name !== `GET ${route}`.trim()) {
        wrong.push({ written, path, route, name: span.name });
      }
      answered += answer.status === 200 ? 1 : 0;
    }
    await running.server.close();
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(150);
  });
});

/** What the router does not tell of: whether a part is optional, how a text is spelt, and two patterns altogether. */
function expectedRoute(written: string, isUntold: boolean): RegExp {
  const leaf = '(?:/leaf)?';
  if (!isUntold) {
    return new RegExp(`^${escaped(written)}${leaf}$`);
  }
  const isUnknown = written.startsWith('^') || /[:*](\w+)\/o\/[:*]\1/.test(written);
  const optional = escaped(written).replace(/\\\{(.*?)\\\}/g, '(?:$1)?');
  return new RegExp(isUnknown ? `^/\\*${leaf}$` : `^${optional}${leaf}$`, 'i');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Some random patterns are none: those are left out. */
function applicationWith(express: ExpressLibrary, random: readonly RandomMount[]): { app: Express; mounts: RandomMount[] } {
  const app = express();
  app.set('env', 'test');
  app.use(otelMiddleware());
  const mounts = random.filter(({ pattern }) => {
    try {
      mounted(pattern)(app, express);
      return true;
    } catch {
      return false;
    }
  });
  return { app, mounts };
}
