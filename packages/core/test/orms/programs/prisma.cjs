// Prisma's driver adapter, which imports pg. The client is what `prisma generate` writes for this schema: its
// configuration is kept in prisma-client.json, so that neither its command line nor its engines are needed.
const config = require('./prisma-client.json');

exports.open = async ({ load, url }) => {
  const { getPrismaClient } = await load('@prisma/client/runtime/client');
  const { PrismaPg } = await load('@prisma/adapter-pg');
  const compiler = '@prisma/client/runtime/query_compiler_fast_bg.postgresql';
  const PrismaClient = getPrismaClient({
    ...config,
    compilerWasm: {
      getRuntime: () => load(`${compiler}.js`),
      getQueryCompilerWasmModule: async () => {
        const { wasm } = await load(`${compiler}.wasm-base64.js`);
        return new WebAssembly.Module(Buffer.from(wasm, 'base64'));
      },
      importName: './query_compiler_fast_bg.js',
    },
  });
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  return {
    create: async () => {
      await db.$executeRaw`DROP TABLE IF EXISTS orm_prisma_items`;
      await db.$executeRaw`CREATE TABLE orm_prisma_items (id int PRIMARY KEY, name text UNIQUE)`;
    },
    insert: (id, name) => db.item.create({ data: { id, name } }),
    // Not findUnique: Prisma makes one statement of those that are asked for at once.
    select: (name) => db.item.findFirst({ where: { name } }),
    transaction: (id, name) => db.$transaction(async (tx) => tx.item.update({ where: { id }, data: { name } })),
    close: () => db.$disconnect(),
  };
};
