import { createApp } from './app.js';

const { PORT = '3001', DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/postgres' } = process.env;

const app = await createApp(DATABASE_URL);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => app.close());
}
try {
  await app.listen({ port: Number(PORT), host: '127.0.0.1' });
} catch (error) {
  app.log.fatal(error.message);
  process.exitCode = 1;
  await app.close();
}
