import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import type { Express, NextFunction, Request, Response, Router } from 'express';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

/** An application, one request, and the route that its span has. */
export interface RouteCase {
  readonly title: string;
  readonly build: (app: Express, express: ExpressLibrary) => void;
  readonly path: string;
  readonly method?: string;
  /** @default 200 */
  readonly status?: number;
  /** `undefined` where no route matches. */
  readonly route: string | undefined;
  /** Where a version tells less or writes it in another way. */
  readonly routeOn?: Readonly<Record<string, string>>;
  /** The majors whose patterns have this syntax. @default both */
  readonly only?: '4' | '5';
}

/** A handler that answers. */
export const ok = (_request: Request, response: Response): void => void response.json({});

/** A handler that goes on. */
export const goOn = (_request: Request, _response: Response, next: NextFunction): void => next();

/** A router that sees the parameters of the place where it is mounted. */
export function routerWith(express: ExpressLibrary, build: (router: Router) => void): Router {
  const router = express.Router({ mergeParams: true });
  build(router);
  return router;
}

/** Asks every case of every version of Express. */
export function describeRoutes(cases: readonly RouteCase[]): void {
  describe.each(EXPRESS_VERSIONS)('%s', (name, express) => {
    const bench = expressBench();
    const major = name === 'express 4' ? '4' : '5';

    for (const { title, build, path, method = 'GET', status = 200, ...expected } of cases) {
      if (expected.only !== undefined && expected.only !== major) {
        continue;
      }
      const route = expected.routeOn?.[name] ?? expected.route;
      const what = route === undefined ? 'gives no route' : 'gives the whole template';
      verifies(['R1', 'R2'], `${what} for ${title}`, async () => {
        const app = express();
        app.set('env', 'test');
        app.use(otelMiddleware());
        build(app, express);
        const { answer, span } = await bench.ask(app, path, { method });
        expect([answer.status, span.attributes['http.route']]).toEqual([status, route]);
        expect(span.name).toBe(route === undefined ? method : `${method} ${route}`);
      });
    }
  });
}
