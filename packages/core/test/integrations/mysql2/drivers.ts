import { withSpan } from '@otelier/core';
import type { TelemetryProbe } from '@otelier/testkit/conformance';
import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import * as current from 'mysql2';
import * as mysql2Old from 'mysql2-old';

/** A copy of the driver. */
export type Driver = typeof current;

/** A version with channels and one without: the methods that are used are the same, the declarations are not. */
export const DRIVERS: readonly (readonly [name: string, driver: Driver])[] = [
  ['mysql2', current],
  ['mysql2 before its channels', mysql2Old as unknown as Driver],
];

/** Runs something within a span of its own and returns the CLIENT spans that it has made, when they have ended. */
export async function clientSpans(telemetry: TelemetryProbe, run: () => unknown, count = 1): Promise<readonly ReadableSpan[]> {
  await telemetry.clear();
  const clients = (spans: readonly ReadableSpan[]): ReadableSpan[] => spans.filter(({ kind }) => kind === SpanKind.CLIENT);
  await withSpan('request', async () => run());
  return clients(await telemetry.waitFor((spans) => clients(spans).length >= count));
}
