// What is done with each ORM: one step a kind of statement, each within a span of its own.
const SECRETS = ['hunter2', 'swordfish'];

/** More at once than any pool here has connections. */
const CROWD = 20;

exports.SECRETS = SECRETS;
exports.CROWD = CROWD;

/** Gives what each step came to: a row, or the error as the application sees it. */
exports.work = async (orm, within) => {
  const [first, second] = SECRETS;
  await orm.create();
  const seen = {};
  const step = async (name, fn) => {
    seen[name] = await within(name, () => fn().then(describeRow, describeError));
  };
  await step('insert', async () => void (await orm.insert(1, first)));
  await step('select', () => orm.select(first));
  await step('transaction', async () => void (await orm.transaction(1, second)));
  await step('failing', () => orm.insert(2, second));
  await step('select again', () => orm.select(second));
  await Promise.all(Array.from({ length: CROWD }, () => within('crowd', () => orm.select(second))));
  await orm.close();
  return seen;
};

function describeRow(row) {
  return row === undefined ? 'done' : { id: row.id, name: row.name };
}

/** Everything but the stack, whose lines show where it was called. */
function describeError(error) {
  const { stack: _, ...own } = error;
  return JSON.stringify({ type: error.constructor.name, name: error.name, message: error.message, own, cause: error.cause?.message });
}
