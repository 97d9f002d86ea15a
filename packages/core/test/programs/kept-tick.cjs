// Tells how many objects of process.nextTick outlive the garbage collections after a set-up.
const { createHook } = require('node:async_hooks');
const { setTimeout: wait } = require('node:timers/promises');

const ticks = [];
createHook({
  init(id, type, trigger, resource) {
    if (type === 'TickObject') {
      ticks.push(new WeakRef(resource));
    }
  },
}).enable();

async function main() {
  if (process.argv[2] !== 'none') {
    const { setupOtel } = require('@otelier/core');
    setupOtel({ destinations: [] });
  }
  process.nextTick(() => {});
  for (let collection = 0; collection < 5; collection += 1) {
    await wait(5);
    globalThis.gc();
  }
  const alive = ticks.filter((tick) => tick.deref() !== undefined).length;
  console.log(JSON.stringify({ made: ticks.length > 0, alive }));
}

void main();
