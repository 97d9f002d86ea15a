import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.mjs';
import { readServiceLine } from './service-log.mjs';

const START_MILLIS = 30_000;

/** The three services: where each lies, and the file that starts it. */
export const services = {
  inventory: { framework: 'Fastify', entry: '../inventory/server.js' },
  payment: { framework: 'NestJS', entry: '../payment/dist/main.js' },
  shop: { framework: 'Express', entry: '../shop/server.js' },
};

/**
 * Starts a service and waits until it listens.
 * @param {keyof typeof services} name
 * @param {NodeJS.ProcessEnv} env
 * @param {object} stage
 * @param {import('./cleanup.mjs').Cleanup} stage.cleanup
 * @param {(service: string, line: import('./service-log.mjs').ServiceLine) => void} stage.onLine
 * @param {(message: string) => void} stage.onCrash told when the service ends before the demo does
 * @returns {Promise<string>} its base URL
 * @throws {Error} naming the service and why it did not start
 */
export async function startService(name, env, { cleanup, onLine, onCrash }) {
  const file = fileURLToPath(new URL(services[name].entry, import.meta.url));
  const program = new ChildProgram(process.execPath, [file], {
    env,
    onLine: (line) => onLine(name, readServiceLine(line)),
  });
  await cleanup.add(() => program.stop());
  let url;
  try {
    [, url] = await program.waitForLine(/listening (?:on|at) (http:\/\/[^\s"]+)/, START_MILLIS);
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
