import { SpanStatusCode } from '@opentelemetry/api';
import { describeWith, verifies } from '@otelier/testkit';
import { Pool } from 'pg';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';

type Told = (error: unknown) => void;

const FORMS: readonly (readonly [string, (pool: Pool, told: Told) => unknown])[] = [
  ['a promise', (pool, told) => pool.query("SELECT 'hunter2', $1", ['b']).catch(told)],
  ['a callback', (pool, told) => pool.query("SELECT 'hunter2', $1", ['b'], told)],
  ['a configuration', (pool, told) => pool.query({ text: "SELECT 'hunter2', $1", values: ['b'] }).catch(told)],
];

describeWith('postgres', 'a pool of pg that gets no connection', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start({ queryParameters: true });
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  for (const [form, give] of FORMS) {
    verifies(['D1', 'D3', 'D5', 'M4'], `makes one span of a statement with ${form}, with the error that the caller is told`, async () => {
      const pool = new Pool({ host: '127.0.0.1', port: 1, database: 'shop' });
      await driver.telemetry.metric('db.client.operation.duration');
      const { requestId, result } = await inRequest(
        () =>
          new Promise<readonly [unknown, string | undefined]>((resolve) => {
            give(pool, (error) => resolve([error, activeSpanId()]));
          }),
      );
      expect(result).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' }), requestId]);
      const span = await driver.querySpan();
      expect(span.parentSpanContext?.spanId).toBe(requestId);
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes).toEqual({
        'db.system.name': 'postgresql',
        'db.namespace': 'shop',
        'db.query.summary': 'SELECT',
        'db.query.text': 'SELECT ?, $1',
        'db.query.parameter.0': 'b',
        'server.address': '127.0.0.1',
        'server.port': 1,
        'error.type': 'ECONNREFUSED',
      });
      expect(await driver.telemetry.metric('db.client.operation.duration')).toMatchObject([
        { count: 1, attributes: { 'error.type': 'ECONNREFUSED' } },
      ]);
      await pool.end();
    });
  }

  verifies(['D1', 'D5'], 'tells of a statement that waits in vain, and of one that comes after the end', async () => {
    const pool = driver.pool({ max: 1 });
    const held = await pool.connect();
    pool.options.connectionTimeoutMillis = 20;
    const { requestId } = await inRequest(() => pool.query('SELECT 1').catch(() => {}));
    held.release();
    const span = await driver.querySpan();
    expect(span.parentSpanContext?.spanId).toBe(requestId);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['server.address']).toBe(driver.database.host);
    await driver.clear();
    await inRequest(() => pool.query('SELECT 2').catch(() => {}));
    expect((await driver.querySpan()).attributes['db.query.text']).toBe('SELECT ?');
  });

  verifies(['D1', 'D5'], 'makes no span of a connection that is asked for alone, nor two of a statement that fails itself', async () => {
    const refusing = new Pool({ host: '127.0.0.1', port: 1 });
    await inRequest(() => refusing.connect().catch(() => {}));
    await refusing.end();
    await inRequest(() => driver.pool().query('SELECT nothing').catch(() => {}));
    expect((await driver.querySpan()).attributes['error.type']).toBe('42703');
  });

  verifies('D2', 'rejects with what it rejects with when a statement can not be read', async () => {
    const pool = new Pool({ host: '127.0.0.1', port: 1 });
    const statement = {
      get text(): string {
        throw new Error('unreadable');
      },
    };
    await inRequest(() => expect(pool.query(statement)).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
    await driver.querySpan();
    await pool.end();
  });
});
