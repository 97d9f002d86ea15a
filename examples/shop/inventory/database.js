import pg from 'pg';

const products = [
  ['tea', 'Green tea', 650, 1000],
  ['cup', 'Tea cup', 1200, 400],
  ['pot', 'Iron tea pot', 4800, 60],
];

/**
 * Connects to PostgreSQL and puts the shop's products on the shelf, in a schema of their own.
 * @param {string} connectionString
 * @param {(error: Error) => void} onError told when an idle connection breaks
 * @returns {Promise<pg.Pool>}
 */
export async function openDatabase(connectionString, onError) {
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on('error', onError);
  await pool.query('CREATE SCHEMA IF NOT EXISTS shop');
  await pool.query(`CREATE TABLE IF NOT EXISTS shop.products (
    id text PRIMARY KEY, name text NOT NULL, price_cents integer NOT NULL, stock integer NOT NULL)`);
  await pool.query(`CREATE TABLE IF NOT EXISTS shop.reservations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id text NOT NULL REFERENCES shop.products, quantity integer NOT NULL)`);
  for (const product of products) {
    await pool.query(
      `INSERT INTO shop.products VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET stock = excluded.stock`,
      product,
    );
  }
  return pool;
}
