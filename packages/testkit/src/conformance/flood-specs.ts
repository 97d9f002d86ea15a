import { Agent, METHODS } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Endpoint } from './endpoint.js';
import { send } from './http-client.js';
import { sendHttp1 } from './http1-client.js';
import type { RunningHost } from './host.js';
import type { PathSending } from './message.js';
import { isServerSpan } from './server-span.js';
import type { Bench, Spec } from './spec.js';
import type { MeasuredPoint } from './telemetry-probe.js';

const DURATION = 'http.server.request.duration';
const ACTIVE = 'http.server.active_requests';

/** Few enough for a second or two on each host; core alone is flooded with 20,000. */
const REQUESTS = 1000;
const CONNECTIONS = 16;

/** The first values of an attribute that a host takes from its requests keep their series, the others share one. */
const MAX_ERROR_TYPES = 100;

/** Every method of Node's parser but CONNECT, after which a connection is none of HTTP any more. */
const SENT_METHODS = METHODS.filter((method) => method !== 'CONNECT');
const KNOWN_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', '_OTHER'];

/** A route whose error is named after what the client sent. */
export const FLOOD_ENDPOINT: Endpoint = {
  method: 'GET',
  mount: '',
  path: '/errors/named/:name',
  kind: 'value',
  handle({ params }) {
    throw Object.assign(new Error('named by the client'), { name: params['name'] });
  },
};

/** What invented paths, methods, hosts and errors do to the metrics. They come last: they use up what is limited. */
export const FLOOD_SPECS: readonly Spec[] = [
  {
    verifies: ['M8'],
    title: 'keeps few series under a flood of unknown paths, methods and hosts, and fails no request',
    async run(bench) {
      const statuses = await flood(bench.server, Array.from({ length: REQUESTS }, (_, index) => unknownRequest(index)));
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      const durations = await measured(bench, REQUESTS);
      expect(new Set(durations.map(({ attributes }) => attributes['http.route']))).toEqual(
        new Set([undefined, '/users/:id', '/api/:tenant/orders/:order']),
      );
      expectKnownMethods(durations);
      // Each method without a route, and with each of two, with few ways to be answered.
      expect(durations.length).toBeLessThanOrEqual(KNOWN_METHODS.length * 3 * 2);
      const active = await bench.telemetry.metric(ACTIVE);
      expectKnownMethods(active);
      expect(active.length).toBeLessThanOrEqual(KNOWN_METHODS.length);
      expect(active.filter(({ sum }) => sum !== 0)).toEqual([]);
    },
  },
  {
    verifies: ['M8'],
    title: 'keeps few series under a flood of errors that are named after what the client sent',
    async run(bench) {
      const count = 1.5 * MAX_ERROR_TYPES;
      const requests = Array.from({ length: count }, (_, index) => ({ path: `/errors/named/Invented${index}Error` }));
      expect(new Set(await flood(bench.server, requests))).toEqual(new Set([500]));
      const durations = await measured(bench, count);
      expect(durations.length).toBeLessThanOrEqual(MAX_ERROR_TYPES + 1);
      expect(durations.find(({ attributes }) => attributes['error.type'] === '_OTHER')?.count).toBeGreaterThanOrEqual(
        count - MAX_ERROR_TYPES,
      );
    },
  },
];

/** Some of the paths fit a route, whatever the client invents for its parameters. */
function unknownRequest(index: number): PathSending {
  const paths = [`/${index}/x${index}`, `/users/${index}`, `/api/t${index}/orders/${index}`, `/%C3%A9/..;/${index}?q=${index}`];
  return {
    path: paths[index % paths.length] ?? '/',
    method: SENT_METHODS[Math.floor(index / paths.length) % SENT_METHODS.length] ?? 'GET',
    headers: { host: `h${index}.invented.example:${(index % 60_000) + 1}` },
  };
}

/** Sends all requests, some at a time, and returns the status of each. */
async function flood(host: RunningHost, requests: readonly PathSending[]): Promise<number[]> {
  const options = { keepAlive: true, maxSockets: CONNECTIONS };
  const agent = host.scheme === 'https' ? new SecureAgent(options) : new Agent(options);
  const statuses: number[] = [];
  const waiting = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of waiting) {
      const isHttp2 = host.protocolVersion === '2';
      const { status } = await (isHttp2 ? send(host, request.path, request) : sendHttp1(host, request.path, { ...request, agent }));
      statuses.push(status);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  } finally {
    agent.destroy();
  }
  return statuses;
}

/** The durations when every request has ended: each is counted, and has its span. */
async function measured({ telemetry }: Bench, requests: number): Promise<readonly MeasuredPoint[]> {
  const ended = (): number => telemetry.spans().filter(isServerSpan).length;
  // What was waited for in vain would be listed span by span.
  await telemetry.waitFor(() => ended() >= requests).catch(() => {});
  expect(ended()).toBe(requests);
  const durations = await telemetry.metric(DURATION);
  expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(requests);
  return durations;
}

function expectKnownMethods(points: readonly MeasuredPoint[]): void {
  expect(points.filter(({ attributes }) => !KNOWN_METHODS.includes(String(attributes['http.request.method'])))).toEqual([]);
}
