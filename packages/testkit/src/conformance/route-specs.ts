import type { Endpoint } from './endpoint.js';
import { exchange } from './server-span.js';
import type { Spec } from './spec.js';

const endpoint = (mount: string, path: string, part: Partial<Endpoint> = {}): Endpoint => ({
  method: 'GET',
  mount,
  path,
  kind: 'value',
  handle: ({ params }) => params,
  ...part,
});

/** The routes that the specs of this file ask for. */
export const ROUTE_ENDPOINTS: readonly Endpoint[] = [
  endpoint('/deep/:tenant/shops/:shop', '/items/:item'),
  endpoint('/pets', '/'),
  endpoint('/pets', '/mine'),
  endpoint('/pets', '/:pet'),
  endpoint('/pets', '/:pet', { method: 'POST' }),
  endpoint('', '/gone/:id', {
    kind: 'raw',
    handle: ({ response }) => response.writeHead(404, { 'content-type': 'text/plain' }).end('gone'),
  }),
];

interface RouteRow {
  readonly title: string;
  readonly path: string;
  readonly method?: string;
  /** @default 200 */
  readonly status?: number;
  /** `undefined` where no route matches. */
  readonly route: string | undefined;
}

const ROWS: readonly RouteRow[] = [
  {
    title: 'gives the whole template below a mount with several parameters',
    path: '/deep/acme/shops/7/items/9?items=9',
    route: '/deep/:tenant/shops/:shop/items/:item',
  },
  {
    title: 'keeps the template when all parameters have one value, which is also a static part',
    path: '/deep/shops/shops/shops/items/shops',
    route: '/deep/:tenant/shops/:shop/items/:item',
  },
  { title: 'gives the place of a mount for its root', path: '/pets?x=/pets/7', route: '/pets' },
  { title: 'gives the static route where a parameter would match too', path: '/pets/mine', route: '/pets/mine' },
  { title: 'gives the route of the method', path: '/pets/7', method: 'POST', route: '/pets/:pet' },
  {
    title: 'gives no route for a method that no route has',
    path: '/pets/7',
    method: 'DELETE',
    status: 404,
    route: undefined,
  },
  { title: 'gives no route for what is not there below a mount', path: '/pets/7/8', status: 404, route: undefined },
  { title: 'keeps the route that answers 404 itself', path: '/gone/7', status: 404, route: '/gone/:id' },
];

/** Which route a request span has, for any framework. */
export const ROUTE_SPECS: readonly Spec[] = ROWS.map(
  ({ title, path, method = 'GET', status = 200, route }): Spec => ({
    verifies: ['R1', 'R2'],
    title,
    async run(bench) {
      const { answer, span } = await exchange(bench, path, { method });
      expect([answer.status, span.attributes['http.route']]).toEqual([status, route]);
      expect(span.name).toBe(route === undefined ? method : `${method} ${route}`);
    },
  }),
);
