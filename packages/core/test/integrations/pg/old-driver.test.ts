import { SpanStatusCode } from '@opentelemetry/api';
import { describeWith, verifies } from '@otelier/testkit';
import type * as current from 'pg';
import type CurrentCursor from 'pg-cursor';
import { inRequest, ObservedDriver } from './observed-driver';
import { byEvents, OBJECT_FORMS, TEXT_FORMS, type QueryForm } from './query-forms';

/** The oldest release that is supported, with a cursor of its time. Their declarations are today's. */
const old = jest.requireActual<typeof current>('pg-old');
const Cursor = jest.requireActual<typeof CurrentCursor>('pg-cursor-old');

const CURSOR_FORMS = ['a cursor with callbacks', 'the events of a stream', 'the iteration of a stream'];

describeWith('postgres', 'the oldest supported pg', () => {
  let driver: ObservedDriver;
  let client: current.Client;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  beforeEach(async () => {
    client = new old.Client({ connectionString: driver.database.url });
    client.on('error', () => {});
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await driver.clear();
  });
  afterAll(() => driver.stop());

  const ownEvents: QueryForm = {
    form: 'the events of its own Query',
    run: (queried, text, values) => byEvents(queried, text, values, old.Query),
  };
  const forms = [...TEXT_FORMS, ownEvents, ...OBJECT_FORMS.filter(({ form }) => CURSOR_FORMS.includes(form))];

  describe.each(forms)('by $form', ({ run }) => {
    verifies(['D1', 'D2', 'D5', 'D6'], 'has one span with its rows, and goes on in the context of whoever asked', async () => {
      const { requestId, result } = await inRequest(() => run(client, 'SELECT generate_series(1, $1::int)', [5]));
      expect(result).toMatchObject({ error: undefined, rows: 5 });
      expect(new Set(result.active)).toEqual(new Set([requestId]));
      const { attributes, parentSpanContext } = await driver.querySpan();
      expect(attributes['db.response.returned_rows']).toBe(5);
      expect(parentSpanContext?.spanId).toBe(requestId);
    });

    verifies(['D3', 'D5'], 'ends its span with the error', async () => {
      const { result } = await inRequest(() => run(client, 'SELECT 1 / (1 - $1::int)', [1]));
      expect(result.error).toMatchObject({ code: '22012' });
      expect((await driver.querySpan()).status).toEqual({ code: SpanStatusCode.ERROR, message: '22012' });
    });
  });

  verifies(['D2', 'D5'], "writes the application's own callback into its configuration, as it always did", async () => {
    const { own, config } = await inRequest(
      () =>
        new Promise<{ own: unknown; config: unknown }>((resolve) => {
          const written = { text: 'SELECT 1' };
          const callback = (): void => resolve({ own: callback, config: written });
          client.query(written, callback);
        }),
    ).then(({ result }) => result);
    expect(config).toEqual({ text: 'SELECT 1', callback: own });
    await driver.querySpan();
  });

  verifies('D5', 'ends the span of a cursor of its time', async () => {
    await inRequest(
      () =>
        new Promise<void>((resolve) => {
          const cursor = client.query(new Cursor('SELECT generate_series(1, 3)'));
          cursor.read(10, () => cursor.close(() => resolve()));
        }),
    );
    expect((await driver.querySpan()).attributes['db.response.returned_rows']).toBe(3);
  });

  verifies(['D1', 'M4'], 'counts its pools', async () => {
    const pool = new old.Pool({ connectionString: driver.database.url, max: 6 });
    await inRequest(() => pool.query('SELECT 1'));
    expect(await driver.telemetry.metric('db.client.connection.max')).toMatchObject([{ sum: 6 }]);
    await pool.end();
  });
});
