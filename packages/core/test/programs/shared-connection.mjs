// Requests that share one connection of a pool, all at once. Argument: the driver.
// Each request's span and the span made when its query has been answered carry the request's number.
import { trace } from '@opentelemetry/api';
import { setupOtel, withSpan } from '@otelier/core';

const [name] = process.argv.slice(2);
const { default: driver } = await import(name);
const url = process.env['TEST_DATABASE_URL'];

setupOtel({ serviceName: 'modules' });

const pool =
  name === 'pg'
    ? new driver.Pool({ connectionString: url, max: 1 })
    : driver.createPool({ uri: url, connectionLimit: 1 });

const query = (sql) =>
  new Promise((resolve, reject) => {
    pool.query(sql, (error) => {
      trace.getTracer('modules').startSpan('answered', { attributes: { sql } }).end();
      return error ? reject(error) : resolve();
    });
  });

await Promise.all(
  Array.from({ length: 20 }, (_, number) =>
    withSpan('request', { sql: `SELECT ${number}` }, () => query(`SELECT ${number}`)),
  ),
);
await (name === 'pg' ? pool.end() : pool.promise().end());
