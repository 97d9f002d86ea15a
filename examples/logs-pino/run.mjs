// Starts the service, asks it twice, ends it, and prints each line that it wrote with the record that was sent of it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startReceiver } from './receiver.mjs';

const receiver = await startReceiver();
const service = fork(new URL('service.mjs', import.meta.url), {
  env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
let output = '';
service.stdout.on('data', (piece) => (output += piece));

const [{ address }] = await once(service, 'message');
for (const id of ['7', '8']) {
  await (await fetch(`${address}/orders/${id}`, { headers: { connection: 'close' } })).text();
}
service.kill('SIGTERM');
await once(service, 'close');
receiver.close();

const lines = output.trimEnd().split('\n').map((line) => JSON.parse(line));
lines.forEach(({ msg, trace_id }, index) => {
  const { severity, body, trace, attributes } = receiver.records[index] ?? {};
  console.log(`line    ${msg}${trace_id ? `  trace_id=${trace_id}` : ''}`);
  console.log(`record  ${severity} ${body}  ${trace ? `trace=${trace}  ` : ''}${Object.keys(attributes ?? {}).join(' ')}\n`);
});

const isWhole =
  lines.length === receiver.records.length &&
  lines.every(({ msg, trace_id = '' }, index) => receiver.records[index].body === msg && receiver.records[index].trace === trace_id);
console.log(isWhole ? `every one of ${lines.length} lines was sent once, with its trace` : 'lines and records differ');
process.exitCode = isWhole ? 0 : 1;
