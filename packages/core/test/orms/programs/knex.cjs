// Knex loads the driver itself.
exports.open = async ({ load, kind, url }) => {
  const { default: knex } = await load('knex');
  const db = knex({ client: kind === 'postgres' ? 'pg' : 'mysql2', connection: url, pool: { min: 0, max: 2 } });
  const items = () => db('orm_knex_items');
  return {
    create: async () => {
      await db.schema.dropTableIfExists('orm_knex_items');
      await db.schema.createTable('orm_knex_items', (table) => {
        table.integer('id').primary();
        table.string('name', 40).unique();
      });
    },
    insert: (id, name) => items().insert({ id, name }),
    select: (name) => items().where({ name }).first(),
    transaction: (id, name) => db.transaction((tx) => tx('orm_knex_items').where({ id }).update({ name })),
    close: () => db.destroy(),
  };
};
