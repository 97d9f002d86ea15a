// Works with an ORM. Arguments: the ORM, the database, and when it is loaded, or `without` any set-up.
import { setupOtel, withSpan } from '@otelier/core';
import { work } from './work.cjs';

const [name, kind, order] = process.argv.slice(2);
const { open } = (await import(`./${name}.cjs`)).default;
const openOrm = () => open({ load: (module) => import(module), kind, url: process.env.TEST_DATABASE_URL });

const early = order === 'loaded first' ? await openOrm() : undefined;
const within = order === 'without' ? (_, fn) => fn() : withSpan;
if (order !== 'without') {
  setupOtel({ serviceName: 'orms' });
}
if (order === 'loaded late') {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log(JSON.stringify(await work(early ?? (await openOrm()), within)));
