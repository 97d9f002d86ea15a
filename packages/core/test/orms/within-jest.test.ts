import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { describeWith, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { expectStatements, type SeenSpan } from './orm-spans';
import { databaseUrl, ORMS } from './orms';
import type { Orm, OrmProgram } from './programs/orm.cjs';
import { work } from './programs/work.cjs';

const load = (module: string): Promise<unknown> => import(module);

async function open(orm: string, kind: 'postgres' | 'mysql'): Promise<Orm> {
  const program = (await import(`./programs/${orm}.cjs`)) as OrmProgram;
  return program.open({ load, kind, url: await databaseUrl(kind) });
}

function seen(span: ReadableSpan): SeenSpan {
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    isError: span.status.code === SpanStatusCode.ERROR,
    recorded: JSON.stringify([span.name, span.attributes, span.events, span.status]),
  };
}

let telemetry: TelemetryProbe;

afterEach(async () => {
  await telemetry.otel.shutdown();
  // Each test loads the driver anew.
  jest.resetModules();
});

describe.each(ORMS)('$orm on $kind, within Jest', ({ orm, kind }) => {
  describeWith(kind, 'on a real server', () => {
    verifies(['D2', 'D7'], 'has one span a statement where it has loaded the driver before the set-up', async () => {
      const opened = await open(orm, kind);
      telemetry = new TelemetryProbe();
      await work(opened, withSpan);
      expectStatements(telemetry.spans().map(seen), orm);
    });

    verifies(['D2', 'D7'], 'has one span a statement where it loads the driver later, once the driver is handed over', async () => {
      telemetry = new TelemetryProbe();
      // The set-up has looked for drivers, and Jest tells of none that come later.
      await nextTurn();
      const opened = await open(orm, kind);
      const undo = traceIntegration(await load(kind === 'postgres' ? 'pg' : 'mysql2'));
      await work(opened, withSpan);
      expectStatements(telemetry.spans().map(seen), orm);
      undo();
    });
  });
});
