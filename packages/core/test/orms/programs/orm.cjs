// Works with an ORM. Arguments: the ORM, the database, and when it is loaded, or `without` any set-up.
const [name, kind, order] = process.argv.slice(2);
const { work } = require('./work.cjs');
const { open } = require(`./${name}.cjs`);

const load = async (module) => require(module);

async function run() {
  const openOrm = () => open({ load, kind, url: process.env.TEST_DATABASE_URL });
  const early = order === 'loaded first' ? await openOrm() : undefined;
  const { setupOtel, withSpan } = require('@otelier/core');
  const within = order === 'without' ? (_, fn) => fn() : withSpan;
  if (order !== 'without') {
    setupOtel({ serviceName: 'orms' });
  }
  if (order === 'loaded late') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log(JSON.stringify(await work(early ?? (await openOrm()), within)));
}

void run();
