// Drizzle's own module for the driver imports it.
exports.open = async ({ load, kind, url }) => {
  const isPostgres = kind === 'postgres';
  const { eq, sql } = await load('drizzle-orm');
  const { drizzle } = await load(isPostgres ? 'drizzle-orm/node-postgres' : 'drizzle-orm/mysql2');
  const core = await load(isPostgres ? 'drizzle-orm/pg-core' : 'drizzle-orm/mysql-core');
  const table = isPostgres ? core.pgTable : core.mysqlTable;
  const items = table('orm_drizzle_items', {
    id: (isPostgres ? core.integer : core.int)().primaryKey(),
    name: core.varchar({ length: 40 }).unique(),
  });
  const db = drizzle(url);
  return {
    create: async () => {
      await db.execute(sql`DROP TABLE IF EXISTS orm_drizzle_items`);
      await db.execute(sql`CREATE TABLE orm_drizzle_items (id int PRIMARY KEY, name varchar(40) UNIQUE)`);
    },
    insert: (id, name) => db.insert(items).values({ id, name }),
    select: async (name) => (await db.select().from(items).where(eq(items.name, name)))[0],
    transaction: (id, name) => db.transaction((tx) => tx.update(items).set({ name }).where(eq(items.id, id))),
    close: () => (isPostgres ? db.$client.end() : new Promise((resolve) => db.$client.end(resolve))),
  };
};
