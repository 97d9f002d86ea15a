import { readArguments } from '../src/arguments.mjs';
import { minutesOf, plan } from '../src/plan.mjs';

const node20 = { file: 'a', version: '20.20.0', major: 20 };
const node24 = { file: 'b', version: '24.1.0', major: 24 };
const everything = { nodes: [node20, node24], hasDatabase: true, arePeersInstalled: true };

describe('the plan of a run', () => {
  it('measures every service on both routes, and a small share on the bare route alone', () => {
    const cases = plan(readArguments([]), everything);

    expect(cases).toHaveLength(2 * 3 * 3);
    expect(cases.filter(({ sampled }) => sampled < 1).every(({ route }) => route === 'hello')).toBe(true);
  });

  it('leaves dd-trace out on Node 20 and Sentry out on NestJS', () => {
    const cases = plan(readArguments(['--routes=hello', '--sampled=1']), everything);
    const contendersOf = (service: string, major: number) =>
      cases.find((entry) => entry.service === service && entry.node.major === major)?.contenders;

    expect(contendersOf('fastify', 20)).toEqual(['bare', 'otelier', 'official', 'official-traces', 'sentry']);
    expect(contendersOf('nest', 24)).toEqual(['bare', 'otelier', 'official', 'official-traces', 'datadog']);
  });

  it('leaves out queries without a database, and peers that are not installed', () => {
    const cases = plan(readArguments([]), { nodes: [node24], hasDatabase: false, arePeersInstalled: false });

    expect(cases.every(({ route }) => route === 'hello')).toBe(true);
    expect(cases.every(({ contenders }) => contenders.join() === 'bare,otelier')).toBe(true);
  });

  it('tells how long it takes', () => {
    const settings = readArguments(['--services=fastify', '--sampled=1', '--routes=hello']);

    expect(minutesOf(plan(settings, everything), { rounds: 2, seconds: 4 })).toBe(10);
  });
});
