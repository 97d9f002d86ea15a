import { verifies } from '@otelier/testkit';
import { nestBench, PLATFORMS, type Parts, type Platform } from './bench.js';
import { NEST_MAJOR } from './nest-major.js';

/** An application, one request, and the route that its span has. */
export interface RouteCase {
  readonly title: string;
  readonly parts: Parts;
  /** Where the application can be made. @default both */
  readonly on?: Platform;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** @default 200 */
  readonly status?: number;
  /** `undefined` where no route matches. */
  readonly route: string | undefined | Readonly<Record<Platform, string | undefined>>;
}

/** Asks every case on both platforms. */
export function describeRoutes(cases: readonly RouteCase[]): void {
  describe.each(PLATFORMS)(`nestjs ${NEST_MAJOR} on %s`, (platform) => {
    const bench = nestBench();

    for (const { title, parts, path, method = 'GET', headers = {}, status = 200, ...expected } of cases) {
      if (expected.on !== undefined && expected.on !== platform) {
        continue;
      }
      const route = typeof expected.route === 'object' ? expected.route[platform] : expected.route;
      const what = route === undefined ? 'gives no route' : 'gives the whole template';
      verifies(['R1', 'R2', 'N2'], `${what} for ${title}`, async () => {
        const { answer, span } = await bench.ask(platform, parts, path, { method, headers });
        expect([answer.status, span.attributes['http.route']]).toEqual([status, route]);
        expect(span.name).toBe(route === undefined ? method : `${method} ${route}`);
      });
    }
  });
}
