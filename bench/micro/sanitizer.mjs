import { builtCore } from './built-core.mjs';
import { timed } from './stopwatch.mjs';

const short = 'SELECT $1::int AS id, now() AS at';
const long = `SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id
  WHERE o.state IN ('open', 'paid', 'sent') AND o.total > 42.5 AND c.name LIKE 'A%' -- by name
  ORDER BY o.created_at DESC LIMIT 50`;

/** A statement's summary and its text without values; the stock instrumentations have no such thing. */
export async function measureSanitizer() {
  const { analyzeSql, describeSql } = await builtCore('sql/describe-sql');
  return [
    { name: 'SQL: a short statement, seen before', own: timed(() => describeSql(short, 'postgresql')) },
    { name: 'SQL: a short statement, new', own: timed(() => analyzeSql(short, 'postgresql')) },
    { name: 'SQL: a join of 250 characters, new', own: timed(() => analyzeSql(long, 'postgresql')) },
  ];
}
