import { selfTimeByOrigin, telemetryShare } from '../src/profile.mjs';

const frames: [string, string][] = [
  ['(root)', ''],
  ['handle', 'node:_http_server'],
  ['end', 'file:///w/packages/core/dist/esm/http/request.js'],
  ['getRandomValues', ''],
  ['route', 'file:///w/node_modules/fastify/lib/route.js'],
  ['export', 'file:///w/node_modules/.pnpm/x/node_modules/@opentelemetry/sdk-trace-base/build/index.js'],
  ['(idle)', ''],
  ['(garbage collector)', ''],
  ['writev', ''],
  ['load', 'node:internal/modules/esm/loader'],
];
const nodes = frames.map(([functionName, url], index) => ({
  id: index,
  callFrame: { functionName, url },
  children: index === 2 ? [3] : [],
}));
const samples = nodes.map(({ id }) => id);

describe('the summary of a profile', () => {
  const micros = selfTimeByOrigin({ nodes, samples, timeDeltas: samples.map(() => 10) });

  it('sums self time by origin, and leaves out idle time and loading', () => {
    expect(Object.fromEntries(micros)).toEqual({
      node: 10,
      'otelier core/http': 20,
      framework: 10,
      'opentelemetry sdk-trace-base': 10,
      'garbage collection': 10,
      write: 10,
    });
  });

  it('sets telemetry against what the bare server does as well', () => {
    expect(telemetryShare(micros)).toBe(1);
  });
});
