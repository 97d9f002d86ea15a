// Sequelize loads the driver itself when an instance is made.
exports.open = async ({ load, kind, url }) => {
  const { Sequelize, DataTypes } = await load('sequelize');
  const dialect = kind === 'postgres' ? 'postgres' : 'mysql';
  const db = new Sequelize(url.replace(/^\w+:/, `${dialect}:`), { dialect, logging: false, pool: { max: 2 } });
  const Item = db.define(
    'Item',
    { id: { type: DataTypes.INTEGER, primaryKey: true }, name: { type: DataTypes.STRING(40), unique: true } },
    { tableName: 'orm_sequelize_items', timestamps: false },
  );
  return {
    create: () => Item.sync({ force: true }),
    insert: (id, name) => Item.create({ id, name }),
    select: (name) => Item.findOne({ where: { name }, raw: true }),
    transaction: (id, name) => db.transaction((transaction) => Item.update({ name }, { where: { id }, transaction })),
    close: () => db.close(),
  };
};
