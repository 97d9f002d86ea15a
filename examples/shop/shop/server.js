import { createApp } from './app.js';
import { openDispatch } from './dispatch.js';
import { log } from './log.js';

const {
  PORT = '3000',
  INVENTORY_URL = 'http://127.0.0.1:3001',
  PAYMENT_URL = 'http://127.0.0.1:3002',
  REDIS_URL,
} = process.env;

const dispatch = REDIS_URL ? openDispatch(REDIS_URL) : undefined;
const app = createApp({ inventoryUrl: INVENTORY_URL, paymentUrl: PAYMENT_URL, dispatch });
const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) {
    log.fatal(error.message);
    process.exitCode = 1;
    return;
  }
  log.info(`shop listening on http://127.0.0.1:${server.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => dispatch?.close()));
}
