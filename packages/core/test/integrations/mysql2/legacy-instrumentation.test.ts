import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import * as current from 'mysql2';
import * as mysql2Old from 'mysql2-old';

/** The methods that are used have not changed; the declarations around them have. */
const old = mysql2Old as unknown as typeof current;

describeWith('mysql', 'mysql2 before its channels', () => {
  let telemetry: TelemetryProbe;

  beforeAll(() => {
    telemetry = new TelemetryProbe();
  });
  beforeEach(() => telemetry.clear());
  afterAll(() => telemetry.otel.shutdown());

  /** Runs a statement and returns the CLIENT spans that it made. */
  async function query(driver: typeof current, sql: string, values: unknown[]): Promise<ReadableSpan[]> {
    const pool = driver.createPool({ uri: (await testMysql()).url });
    await withSpan('request', () => pool.promise().query(sql, values)).catch(() => {});
    await pool.promise().end();
    return telemetry.spans().filter((span) => span.kind === SpanKind.CLIENT);
  }

  verifies(['D1', 'D2', 'D3', 'D4'], 'makes the same span as the newer versions, without the values', async () => {
    const [span, ...others] = await query(old, 'SELECT ? AS n FROM dual', ['hunter2']);
    expect(others).toEqual([]);
    expect(span?.name).toBe('SELECT dual');
    expect(span?.attributes).toMatchObject({ 'db.system.name': 'mysql', 'db.query.text': 'SELECT ? AS n FROM dual' });
  });

  verifies(['D3', 'D4'], 'marks a failure without telling its message', async () => {
    const [span] = await query(old, "SELECT 'hunter2' FROM missing_table", []);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: '_OTHER' });
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('hunter2');
  });

  verifies(['D1', 'D2'], 'observes neither version twice when it is handed over as well', async () => {
    const undos = [old, current].map((driver) => traceIntegration(driver));
    expect(await query(old, 'SELECT 1', [])).toHaveLength(1);
    await telemetry.clear();
    expect(await query(current, 'SELECT 1', [])).toHaveLength(1);
    undos.forEach((undo) => undo());
  });
});
