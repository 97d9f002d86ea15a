import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.mjs';
import { readServiceLine } from './service-log.mjs';

const START_MILLIS = 30_000;

const LISTENING = /listening (?:on|at) (http:\/\/[^\s"]+)/;

/** The services: the file that starts each, and the line that tells that it has started. */
export const services = {
  inventory: { framework: 'Fastify', entry: '../inventory/server.js', ready: LISTENING },
  payment: { framework: 'NestJS', entry: '../payment/dist/main.js', ready: LISTENING },
  shop: { framework: 'Express', entry: '../shop/server.js', ready: LISTENING },
  dispatch: { framework: 'BullMQ', entry: '../dispatch/worker.js', ready: /dispatch waiting for jobs/ },
};

/**
 * Starts a service and waits until it has told so.
 * @param {keyof typeof services} name
 * @param {NodeJS.ProcessEnv} env
 * @param {object} stage
 * @param {import('./cleanup.mjs').Cleanup} stage.cleanup
 * @param {(service: string, line: import('./service-log.mjs').ServiceLine) => void} stage.onLine
 * @param {(message: string) => void} stage.onCrash told when the service ends before the demo does
 * @returns {Promise<string | undefined>} its base URL, where it has one
 * @throws {Error} naming the service and why it did not start
 */
export async function startService(name, env, { cleanup, onLine, onCrash }) {
  const { entry, ready } = services[name];
  const file = fileURLToPath(new URL(entry, import.meta.url));
  const program = new ChildProgram(process.execPath, [file], {
    env,
    onLine: (line) => onLine(name, readServiceLine(line)),
  });
  await cleanup.add(() => program.stop());
  let url;
  try {
    [, url] = await program.waitForLine(ready, START_MILLIS);
  } catch (error) {
    throw new Error(`${name} did not start: ${error.message}`, { cause: error });
  }
  void program.ended.then((how) => {
    if (!cleanup.ended) {
      onCrash(`${name} ended: ${how}`);
    }
  });
  return url;
}
