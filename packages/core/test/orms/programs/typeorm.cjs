// TypeORM loads the driver itself when a data source is made.
exports.open = async ({ load, kind, url }) => {
  const { DataSource, EntitySchema } = await load('typeorm');
  const Item = new EntitySchema({
    name: 'Item',
    tableName: 'orm_typeorm_items',
    columns: { id: { type: 'int', primary: true }, name: { type: 'varchar', length: 40, unique: true } },
  });
  const db = await new DataSource({ type: kind === 'postgres' ? 'postgres' : 'mysql', url, entities: [Item] }).initialize();
  return {
    create: () => db.synchronize(true),
    insert: (id, name) => db.getRepository(Item).insert({ id, name }),
    select: (name) => db.getRepository(Item).findOneBy({ name }),
    transaction: (id, name) => db.transaction((manager) => manager.update(Item, { id }, { name })),
    close: () => db.destroy(),
  };
};
