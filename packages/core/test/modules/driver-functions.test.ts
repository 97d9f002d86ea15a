import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

const DRIVERS = [
  { driver: 'pg', isPatched: true },
  { driver: 'mysql2', isPatched: true },
  { driver: 'mysql2-old', isPatched: true },
];
const ORDERS = ['driver first', 'set-up first', 'handed over'];

let sink: OtlpSink;

beforeAll(async () => {
  sink = await startOtlpSink();
});
afterAll(() => sink.close());

async function compareFunctions(...args: string[]): Promise<Record<string, unknown>> {
  const program = await startProcess('driver-functions.cjs', { args, endpoint: sink.url });
  const { code, stdout, stderr } = await program.exit;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.each(DRIVERS)('the functions of $driver', ({ driver, isPatched }) => {
  describe.each(ORDERS)('loaded: %s', (order) => {
    verifies('D2', 'are its own again after the shutdown', async () => {
      expect(await compareFunctions(driver, order)).toMatchObject({ observed: isPatched, restored: true });
    });
  });
});

verifies('D2', 'leaves the lazy getter of pg-native alone, which may not be installed', async () => {
  expect(await compareFunctions('pg', 'driver first')).toMatchObject({ native: true });
});
