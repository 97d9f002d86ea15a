// Kysely is given a pool of the driver.
exports.open = async ({ load, kind, url }) => {
  const { Kysely, PostgresDialect, MysqlDialect } = await load('kysely');
  const driver = await load(kind === 'postgres' ? 'pg' : 'mysql2');
  const { Pool, createPool } = driver.default ?? driver;
  const dialect =
    kind === 'postgres'
      ? new PostgresDialect({ pool: new Pool({ connectionString: url, max: 2 }) })
      : new MysqlDialect({ pool: createPool(url) });
  const db = new Kysely({ dialect });
  const items = 'orm_kysely_items';
  return {
    create: async () => {
      await db.schema.dropTable(items).ifExists().execute();
      await db.schema
        .createTable(items)
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'varchar(40)', (column) => column.unique())
        .execute();
    },
    insert: (id, name) => db.insertInto(items).values({ id, name }).execute(),
    select: (name) => db.selectFrom(items).selectAll().where('name', '=', name).executeTakeFirst(),
    transaction: (id, name) =>
      db.transaction().execute((tx) => tx.updateTable(items).set({ name }).where('id', '=', id).execute()),
    close: () => db.destroy(),
  };
};
