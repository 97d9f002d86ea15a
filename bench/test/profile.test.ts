import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { selfTimeByOrigin, telemetryShare } from '../src/profile.mjs';

const folder = mkdtempSync(join(tmpdir(), 'otelier-profile-'));
const bundle = join(folder, 'packages/core/dist/core.cjs');
mkdirSync(join(folder, 'packages/core/dist'), { recursive: true });
writeFileSync(
  bundle,
  ['// src/http/request.ts', 'end', '// @opentelemetry/core/build/time.js', 'time'].join('\n'),
);
afterAll(() => rmSync(folder, { recursive: true }));

const frames: [functionName: string, url: string, lineNumber?: number][] = [
  ['(root)', ''],
  ['handle', 'node:_http_server'],
  ['end', pathToFileURL(bundle).href, 1],
  ['getRandomValues', ''],
  ['route', 'file:///w/node_modules/fastify/lib/route.js'],
  ['export', 'file:///w/node_modules/.pnpm/x/node_modules/@opentelemetry/sdk-trace-base/build/index.js'],
  ['time', bundle, 3],
  ['(idle)', ''],
  ['(garbage collector)', ''],
  ['writev', ''],
  ['load', 'node:internal/modules/esm/loader'],
];
const nodes = frames.map(([functionName, url, lineNumber = 0], index) => ({
  id: index,
  callFrame: { functionName, url, lineNumber },
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
      'opentelemetry core': 10,
      'garbage collection': 10,
      write: 10,
    });
  });

  it('sets telemetry against what the bare server does as well', () => {
    expect(telemetryShare(micros)).toBeCloseTo(4 / 3);
  });
});
