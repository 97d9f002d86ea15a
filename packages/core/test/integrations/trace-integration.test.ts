import { SpanKind } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { describeWith, testPostgres, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import * as pg from 'pg';

verifies('D2', 'refuses what is no driver that it knows, with a TypeError that names what it knows', () => {
  for (const value of [undefined, null, 42, {}, () => {}]) {
    expect(() => traceIntegration(value)).toThrow(TypeError);
    expect(() => traceIntegration(value)).toThrow(/traceIntegration\(module\).*pg or mysql2/);
  }
});

describeWith('postgres', 'a driver that is handed over', () => {
  verifies('D2', 'is observed once, until the undo', async () => {
    const telemetry = new TelemetryProbe();
    const pool = new pg.Pool({ connectionString: (await testPostgres()).url });
    const spansOf = async (sql: string): Promise<number> => {
      await telemetry.clear();
      await withSpan('request', () => pool.query(sql));
      return telemetry.spans().filter((span) => span.kind === SpanKind.CLIENT).length;
    };
    const undo = traceIntegration(pg);
    expect(traceIntegration(pg)).toBe(undo);
    expect(await spansOf('SELECT 1')).toBe(1);
    undo();
    undo();
    expect(await spansOf('SELECT 1')).toBe(0);
    await pool.end();
    await telemetry.otel.shutdown();
  });
});
