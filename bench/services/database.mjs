/**
 * A function that makes one query, or undefined where the run has no database.
 * @returns {Promise<((id: string) => Promise<object>) | undefined>}
 */
export async function connect() {
  const connectionString = process.env.BENCH_PG_URL;
  if (!connectionString) {
    return undefined;
  }
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString, max: 10 });
  return async (id) => {
    const { rows } = await pool.query('SELECT $1::int AS id, now() AS at', [id]);
    return rows[0];
  };
}
