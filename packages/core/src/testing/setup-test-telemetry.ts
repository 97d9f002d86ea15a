import type { OtelOptions } from '../options/otel-options.js';
import { readSurroundings, type Surroundings } from '../options/surroundings.js';
import { isTracerProviderRegistered } from '../sdk/installed-sdk.js';
import { setUp } from '../sdk/setup-otel.js';
import { setupState } from '../sdk/setup-state.js';
import { createTelemetry } from '../sdk/telemetry.js';
import { MemoryLogs } from './memory-logs.js';
import { MemorySpans } from './memory-spans.js';
import { RenewableMeterProvider } from './renewable-meter-provider.js';
import { TestOtel } from './test-otel.js';
import { TestTelemetry } from './test-telemetry.js';

/** Options of {@link setupTestTelemetry}: those of {@link setupOtel} that do not speak of where telemetry goes. */
export type TestTelemetryOptions = Pick<
  OtelOptions,
  | 'serviceName'
  | 'resourceAttributes'
  | 'sampler'
  | 'spanProcessors'
  | 'logRecordProcessors'
  | 'database'
  | 'outgoing'
  | 'logs'
  | 'instrumentations'
>;

/**
 * Sets up OpenTelemetry for tests: everything stays in memory. No variable counts, nothing is sent, and there is no
 * timer and no listener on the process. What calls `setupOtel()` afterwards, such as an adapter or the application
 * itself, gets this set-up, whatever its options.
 *
 * Once for each test file, at its top; `reset()` between the tests.
 *
 * @throws Error when a set-up or another SDK is there already, TypeError for a wrong option
 */
export function setupTestTelemetry(options: TestTelemetryOptions = {}): TestTelemetry {
  const state = setupState();
  if (state.current !== undefined || isTracerProviderRegistered()) {
    throw new Error(
      '[otelier] setupTestTelemetry(): OpenTelemetry is set up already. ' +
        'Call it first, before the application does, and once for each test file.',
    );
  }
  const [spans, logs, metrics] = [new MemorySpans(), new MemoryLogs(), new RenewableMeterProvider()];
  const otel = setUp(
    {
      serviceName: 'test',
      ...options,
      destinations: [],
      handleSignals: false,
      spanProcessors: [...(options.spanProcessors ?? []), spans],
      logRecordProcessors: [...(options.logRecordProcessors ?? []), logs],
    },
    {
      surroundings: withoutEnvironment,
      createTelemetry: (resolved) => ({ ...createTelemetry(resolved), meterProvider: metrics }),
      watchesEnd: false,
    },
  );
  state.current = { otel: new TestOtel(otel), options: undefined };
  return new TestTelemetry({ otel, spans, logs, metrics });
}

/** What a developer has set for the application's real telemetry must not change its tests. */
function withoutEnvironment(): Surroundings {
  return { ...readSurroundings(), env: {} };
}
