/**
 * Takes a quantity of a product off the stock and writes it down, both or neither.
 * @param {import('pg').Pool} pool
 * @param {string} productId
 * @param {number} quantity
 * @returns {Promise<{ stock: number, totalCents: number } | undefined>} undefined when there is not enough
 */
export async function reserve(pool, productId, quantity) {
  const connection = await pool.connect();
  let failure;
  try {
    await connection.query('BEGIN');
    const { rows } = await connection.query(
      'UPDATE shop.products SET stock = stock - $2 WHERE id = $1 AND stock >= $2 RETURNING stock, price_cents',
      [productId, quantity],
    );
    if (rows.length === 0) {
      await connection.query('ROLLBACK');
      return undefined;
    }
    await connection.query('INSERT INTO shop.reservations (product_id, quantity) VALUES ($1, $2)', [productId, quantity]);
    await connection.query('COMMIT');
    return { stock: rows[0].stock, totalCents: rows[0].price_cents * quantity };
  } catch (error) {
    // Throwing the connection away ends its transaction, also when the connection itself is what failed.
    failure = error;
    throw error;
  } finally {
    connection.release(failure);
  }
}
