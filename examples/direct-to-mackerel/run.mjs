import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startLocalIntake } from './local-intake.mjs';

const KEY = 'a key of this machine alone';
const intake = await startLocalIntake(KEY);
const service = spawn(process.execPath, [fileURLToPath(new URL('service.mjs', import.meta.url))], {
  env: {
    ...process.env,
    MACKEREL_APIKEY: process.env['MACKEREL_APIKEY'] ?? KEY,
    LOCAL_INTAKE: intake.endpoint,
    LOCAL_METRICS_INTAKE: intake.metricsEndpoint,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});

const [line] = await once(service.stdout.setEncoding('utf8'), 'data');
const url = line.trim();
for (const id of ['tea', 'coffee']) {
  await fetch(`${url}/orders/${id}`);
}
const { destinations } = await (await fetch(`${url}/health`)).json();
for (const { name, signal, exported, failed } of destinations) {
  process.stdout.write(`${name} ${signal}: ${exported > 0 ? 'taken' : 'none taken'}, ${failed} failed\n`);
}

service.kill('SIGTERM');
await once(service, 'exit');
intake.close();
new Set(intake.refused).forEach((fault) => process.stdout.write(`refused ${fault}\n`));
process.exitCode = destinations.length === 3 && destinations.every(({ exported, failed }) => exported > 0 && failed === 0) ? 0 : 1;
