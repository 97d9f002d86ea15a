// Not by name: bundles declare a createRequire of their own, and a bundler does not rename one of the two.
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = 'bullmq-otel';

/**
 * Loads bullmq-otel from where BullMQ was loaded, else from the program's or the working folder.
 *
 * @throws TypeError when it is in none of these places
 */
export function loadBullmqOtel(): object {
  const requires = [...loadedBullmqFiles(), ...programFiles()].map((file) => nodeModule.createRequire(file));
  const require = requires.find((candidate) => canResolve(candidate));
  if (require === undefined) {
    throw new TypeError(
      '[otelier] bullmqTelemetry() needs the package bullmq-otel, which is not installed where BullMQ or the program is. ' +
        'Install it (npm install bullmq-otel), or hand it over: bullmqTelemetry({ bullmqOtel }).',
    );
  }
  return require(PACKAGE) as object;
}

function canResolve(require: NodeJS.Require): boolean {
  try {
    require.resolve(PACKAGE);
    return true;
  } catch {
    // Not here; the next place is asked.
    return false;
  }
}

function loadedBullmqFiles(): readonly string[] {
  const { cache } = nodeModule.createRequire(join(process.cwd(), 'otelier.js'));
  return Object.keys(cache).filter((path) => path.replaceAll('\\', '/').endsWith('/node_modules/bullmq/dist/cjs/index.js'));
}

function programFiles(): readonly string[] {
  const [, entry] = process.argv;
  return [...(entry === undefined ? [] : [dirname(entry)]), process.cwd()].map((folder) => join(folder, 'otelier.js'));
}
