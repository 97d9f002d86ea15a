import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

const DRIVERS = [
  { driver: 'pg-unsupported', message: 'pg 7.18.2 is loaded; supported are >=8.0.3 <9.0.0.' },
  { driver: 'mysql2-unsupported', message: 'mysql2 1.4.1 is loaded; supported are >=1.4.2 <4.0.0.' },
];
const ORDERS = ['driver first', 'set-up first', 'within the first request'];

describe.each(DRIVERS)('$driver', ({ driver, message }) => {
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await startOtlpSink();
  });
  afterEach(() => sink.close());

  describe.each(ORDERS)('loaded: %s', (order) => {
    verifies('D2', 'is told of once, with its version and the range', async () => {
      const program = await startProcess('unsupported-driver.cjs', { args: [driver, order], endpoint: sink.url });
      const { code, stdout, stderr } = await program.exit;
      const warnings = stderr.split('\n').filter((line) => line.startsWith('[otelier]'));
      expect(warnings).toEqual([expect.stringContaining(`OTELIER_DRIVER_UNSUPPORTED: ${message}`)]);
      expect(JSON.parse(stdout)).toMatchObject([{ code: 'OTELIER_DRIVER_UNSUPPORTED', message }]);
      expect(code).toBe(0);
    });
  });
});
