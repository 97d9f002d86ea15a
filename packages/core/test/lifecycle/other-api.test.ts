import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { setupOtel, withSpan, type Otel } from '../../src/index.js';

const API = Symbol.for('opentelemetry.js.api.1');
const holder = globalThis as Record<symbol, unknown>;

const before = holder[API];
let otel: Otel | undefined;

afterEach(async () => {
  await otel?.shutdown();
  otel = undefined;
  holder[API] = before;
  for (const api of [trace, metrics, propagation, context]) {
    api.disable();
  }
});

function setUp(): Otel {
  otel = setupOtel({ serviceName: 'lifecycle', destinations: [], handleSignals: false });
  return otel;
}

verifies(['P13', 'X6'], 'a set-up that another version of the API refuses says so, and hurts nobody', () => {
  expectDiagnostics('OTELIER_API_REFUSED');
  holder[API] = { version: '1.4.1' };
  const handle = setUp();
  expect(withSpan('work', (span) => span.isRecording())).toBe(false);
  expect(handle.status().problems.map(({ message }) => message)).toEqual([expect.stringContaining('@opentelemetry/api 1.4.1')]);
});
