import { kinds, currentRun, runKey } from './test-run';
import { databasesOf } from './worker-databases';

/** Stops the servers that global set-up started, and removes its databases from those that were given by URL. */
export default async function tearDown(): Promise<void> {
  const run = currentRun[runKey];
  if (!run) {
    return;
  }
  delete currentRun[runKey];
  await Promise.all(
    run.servers.map(async ({ kind, server, isGiven }) => {
      if (isGiven) {
        await databasesOf(kind, server.url).drop(run.prefix);
      } else {
        delete process.env[kinds[kind].urlVariable];
      }
      await server.stop();
    }),
  );
}
