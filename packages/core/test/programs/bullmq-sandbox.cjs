// A processor that BullMQ runs in a process or thread of its own.
const { bullmqProcessor } = require('@otelier/core');
const pg = require('pg');

const pool = new pg.Pool({ connectionString: process.env.TEST_DATABASE_URL, max: 1 });

module.exports = bullmqProcessor(async (job) => {
  await pool.query('SELECT 1 AS one');
  if (job.name === 'failing') {
    throw new RangeError('out of stock');
  }
  return job.data;
});
