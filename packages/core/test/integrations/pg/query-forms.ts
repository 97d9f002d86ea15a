import { Query, type Client, type QueryResult } from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { activeSpanId } from './observed-driver';

/** How a statement ended for the application, and the span that was active wherever the driver called it. */
export interface Answer {
  readonly error: unknown;
  readonly rows: number;
  readonly active: readonly (string | undefined)[];
}

/** One way to make a query. */
export interface QueryForm {
  readonly form: string;
  readonly run: (client: Client, text: string, values?: unknown[]) => Promise<Answer>;
}

type Callback = (error: Error | null, result: QueryResult) => void;

/** Calls with a callback, and tells in which span it was called back. */
function calledBack(call: (callback: Callback) => void): Promise<Answer> {
  return new Promise((resolve) => {
    call((error, result) => resolve({ error: error ?? undefined, rows: result?.rows.length ?? 0, active: [activeSpanId()] }));
  });
}

async function promised(result: Promise<QueryResult>): Promise<Answer> {
  return result.then(
    ({ rows }) => ({ error: undefined, rows: rows.length, active: [activeSpanId()] }),
    (error: unknown) => ({ error, rows: 0, active: [activeSpanId()] }),
  );
}

/** By a `Query` of the driver's own copy. */
export function byEvents(client: Client, text: string, values: unknown[] = [], OwnQuery = Query): Promise<Answer> {
  const active: (string | undefined)[] = [];
  let rows = 0;
  const query = client.query(new OwnQuery(text, values));
  return new Promise((resolve) => {
    const end = (error?: unknown): void => {
      active.push(activeSpanId());
      resolve({ error, rows, active });
    };
    query.on('row', () => {
      rows += 1;
      active.push(activeSpanId());
    });
    query.on('end', () => end());
    query.on('error', end);
  });
}

/** Reads in batches of two, each by a callback. */
function byCursorCallbacks(client: Client, text: string, values: unknown[]): Promise<Answer> {
  const cursor = client.query(new Cursor(text, values));
  const active: (string | undefined)[] = [];
  return new Promise((resolve) => {
    let count = 0;
    const read = (): void => {
      cursor.read(2, (error: Error | undefined, rows: unknown[]) => {
        active.push(activeSpanId());
        count += rows?.length ?? 0;
        if (error || rows.length === 0) {
          resolve({ error: error ?? undefined, rows: count, active });
        } else {
          read();
        }
      });
    };
    read();
  });
}

async function byCursorPromises(client: Client, text: string, values: unknown[]): Promise<Answer> {
  const cursor = client.query(new Cursor(text, values));
  const active: (string | undefined)[] = [];
  let count = 0;
  try {
    for (let rows = await cursor.read(2); rows.length > 0; rows = await cursor.read(2)) {
      active.push(activeSpanId());
      count += rows.length;
    }
    return { error: undefined, rows: count, active: [...active, activeSpanId()] };
  } catch (error) {
    return { error, rows: count, active: [...active, activeSpanId()] };
  }
}

function byStreamEvents(client: Client, text: string, values: unknown[]): Promise<Answer> {
  const stream = client.query(new QueryStream(text, values, { batchSize: 2 }));
  const active: (string | undefined)[] = [];
  let rows = 0;
  return new Promise((resolve) => {
    const end = (error?: unknown): void => {
      active.push(activeSpanId());
      resolve({ error, rows, active });
    };
    stream.on('data', () => {
      rows += 1;
      active.push(activeSpanId());
    });
    stream.on('end', () => end());
    stream.on('error', end);
  });
}

async function byStreamIteration(client: Client, text: string, values: unknown[]): Promise<Answer> {
  const active: (string | undefined)[] = [];
  let rows = 0;
  try {
    for await (const row of client.query(new QueryStream(text, values, { batchSize: 2 }))) {
      rows += row === undefined ? 0 : 1;
      active.push(activeSpanId());
    }
    return { error: undefined, rows, active };
  } catch (error) {
    return { error, rows, active: [...active, activeSpanId()] };
  }
}

let names = 0;

/** Forms whose query is a text or a configuration. */
export const TEXT_FORMS: readonly QueryForm[] = [
  { form: 'a promise', run: (client, text, values) => promised(client.query(text, values)) },
  { form: 'a callback', run: (client, text, values = []) => calledBack((done) => client.query(text, values, done)) },
  { form: 'a configuration', run: (client, text, values) => promised(client.query({ text, values })) },
  {
    form: 'a configuration and a callback',
    run: (client, text, values) => calledBack((done) => client.query({ text, values }, done)),
  },
  {
    form: 'a configuration with its callback',
    run: (client, text, values) => calledBack((callback) => void client.query({ text, values, callback } as never)),
  },
  {
    form: 'a named statement',
    run: (client, text, values) => promised(client.query({ name: `statement-${(names += 1)}`, text, values })),
  },
  {
    form: 'rows as arrays',
    run: (client, text, values) => promised(client.query({ text, values, rowMode: 'array' }) as never),
  },
];

/** Forms whose query is an object that runs itself. */
export const OBJECT_FORMS: readonly QueryForm[] = [
  { form: 'the events of a Query', run: (client, text, values) => byEvents(client, text, values) },
  {
    form: 'the callback of a Query',
    run: (client, text, values = []) => calledBack((done) => client.query(new Query(text, values, done as never))),
  },
  {
    form: 'a callback beside a Query',
    run: (client, text, values = []) => calledBack((done) => void client.query(new Query(text, values) as never, done as never)),
  },
  { form: 'a cursor with callbacks', run: (client, text, values = []) => byCursorCallbacks(client, text, values) },
  { form: 'a cursor with promises', run: (client, text, values = []) => byCursorPromises(client, text, values) },
  { form: 'the events of a stream', run: (client, text, values = []) => byStreamEvents(client, text, values) },
  { form: 'the iteration of a stream', run: (client, text, values = []) => byStreamIteration(client, text, values) },
];

export const QUERY_FORMS: readonly QueryForm[] = [...TEXT_FORMS, ...OBJECT_FORMS];
