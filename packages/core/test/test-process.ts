import { get } from 'node:http';
import { isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram, type OtlpSink, type Program } from '@otelier/testkit';

/** How a test program is started. */
export interface TestProcessOptions {
  readonly args?: readonly string[];
  /** Where it exports to. */
  readonly endpoint: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/**
 * Starts a test program that exports to an endpoint; a name without a folder is one of test/programs.
 *
 * OTELIER_TEST_NODE names another Node binary than the one that runs the tests.
 */
export function startProcess(name: string, { args = [], endpoint, env, nodeArgs }: TestProcessOptions): Promise<Program> {
  return runProgram(isAbsolute(name) ? name : join(__dirname, 'programs', name), {
    args,
    nodeArgs,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env },
    node: process.env['OTELIER_TEST_NODE'],
  });
}

/** The names of all spans that a sink has, sorted. */
export function spanNames(sink: OtlpSink): string[] {
  return sink
    .spans()
    .map((span) => span.name)
    .toSorted();
}

/** Asks a server of this machine once, on a connection of its own. Rejects when the connection breaks. */
export function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (body += piece));
      response.on('end', () => resolve(body));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Waits for a condition; Jest's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await pause(5);
  }
}
