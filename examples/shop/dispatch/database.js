import pg from 'pg';

/**
 * Connects to PostgreSQL and makes the table of parcels, in a schema of the dispatch's own.
 * @param {string} connectionString
 * @param {(error: Error) => void} onError told when an idle connection breaks
 * @returns {Promise<pg.Pool>}
 */
export async function openDatabase(connectionString, onError) {
  const pool = new pg.Pool({ connectionString, max: 2 });
  pool.on('error', onError);
  await pool.query('CREATE SCHEMA IF NOT EXISTS dispatch');
  await pool.query(`CREATE TABLE IF NOT EXISTS dispatch.parcels (
    order_id text PRIMARY KEY, product_id text NOT NULL, quantity integer NOT NULL)`);
  return pool;
}

/**
 * Writes a parcel down, once however often its job is tried.
 * @param {pg.Pool} pool
 * @param {{ orderId: string, product: string, quantity: number }} order
 */
export async function writeDown(pool, { orderId, product, quantity }) {
  await pool.query('INSERT INTO dispatch.parcels VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING', [
    orderId,
    product,
    quantity,
  ]);
}
