import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { withSpan, type DatabaseOptions } from '@otelier/core';
import { describeWith, testPostgres, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Pool } from 'pg';

describeWith('postgres', 'the options of database spans', () => {
  /** Runs one query in a set-up of its own and returns what it recorded. */
  async function queryWith(database: DatabaseOptions, where: 'in a span' | 'outside'): Promise<readonly (string | undefined)[]> {
    const telemetry = new TelemetryProbe({ database });
    const pool = new Pool({ connectionString: (await testPostgres()).url });
    const query = (): Promise<unknown> => pool.query("SELECT 'hunter2'");
    await (where === 'outside' ? context.with(ROOT_CONTEXT, query) : withSpan('request', query));
    const texts = telemetry
      .spans()
      .filter((span) => span.kind === SpanKind.CLIENT)
      .map((span) => span.attributes['db.query.text'] as string | undefined);
    await pool.end();
    await telemetry.otel.shutdown();
    return texts;
  }

  verifies('D4', 'records the text as it is when asked for it', async () => {
    expect(await queryWith({ queryText: 'raw' }, 'in a span')).toEqual(["SELECT 'hunter2'"]);
  });

  verifies('D4', 'records no text when asked for none', async () => {
    expect(await queryWith({ queryText: 'off' }, 'in a span')).toEqual([undefined]);
  });

  verifies('D1', 'records a query outside any span when asked to', async () => {
    expect(await queryWith({ rootQueries: true }, 'outside')).toEqual(['SELECT ?']);
    expect(await queryWith({}, 'outside')).toEqual([]);
  });

  verifies('D2', 'leaves the driver as it was after the shutdown', async () => {
    const before = [Pool.prototype.connect, Object.getPrototypeOf(Pool.prototype).connect] as unknown[];
    await queryWith({}, 'in a span');
    expect([Pool.prototype.connect, Object.getPrototypeOf(Pool.prototype).connect]).toEqual(before);
    expect(Object.hasOwn(Pool.prototype.connect, '__wrapped')).toBe(false);
  });
});
