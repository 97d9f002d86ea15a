import { describeWith } from '../databases/test-database.js';
import { verifies } from '../verifies.js';
import { openPools, type DatabasePools } from './database-pools.js';
import type { ConformanceHost, RunningHost } from './host.js';
import { send } from './http-client.js';
import { isServerSpan } from './server-span.js';
import { TelemetryProbe } from './telemetry-probe.js';

/** What statements say of the request that they are made for, when the set-up is asked to comment them. */
export function describeQueryComments(host: ConformanceHost): void {
  describeWith('mysql', `${host.name}, whose statements are commented`, () => {
    let telemetry: TelemetryProbe;
    let pools: DatabasePools;
    let server: RunningHost;

    beforeAll(async () => {
      pools = await openPools();
      telemetry = new TelemetryProbe({ serviceName: 'shop', database: { sqlCommenter: true } });
      server = await host.start({ transport: 'http1', observed: true });
    });
    afterAll(async () => {
      await server.close();
      await pools.close();
      await telemetry.otel.shutdown();
    });

    verifies('D8', 'tells the database the framework, the route and the trace of the request', async () => {
      const { text } = await send(server, "/statement/a'*%2F");
      const comment = / \/\*([^*]*)\*\/$/.exec((JSON.parse(text) as { statement: string }).statement)?.[1] ?? '';
      const pairs = comment.split(',').map((pair) => pair.split('=', 2));
      const { traceId } = (await telemetry.span(isServerSpan)).spanContext();
      expect(Object.fromEntries(pairs)).toEqual({
        ...(isNest(host) && { controller: expect.stringMatching(/^'[\w%]+'$/) as unknown }),
        framework: `'${isNest(host) ? 'nestjs' : host.scope.replace('@otelier/', '')}'`,
        route: "'%2Fstatement%2F%3Aid'",
        'service.name': "'shop'",
        traceparent: expect.stringMatching(new RegExp(`^'00-${traceId}-[0-9a-f]{16}-01'$`)) as unknown,
      });
      expect(pairs.map(([key]) => key)).toEqual(pairs.map(([key]) => key).sort());
    });
  });
}

/** Nest's requests come by the adapter of the framework beneath. */
function isNest({ name }: ConformanceHost): boolean {
  return /nest/i.test(name);
}
