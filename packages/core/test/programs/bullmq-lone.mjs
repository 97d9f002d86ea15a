// Asks for the telemetry of BullMQ where bullmq-otel is not installed for the program. Arguments: the module of
// Otelier, and whether BullMQ is loaded from elsewhere.
import { join } from 'node:path';

const { bullmqTelemetry } = await import(process.argv[2]);
// As if the program lay in the working folder.
process.argv[1] = join(process.cwd(), 'program.mjs');
if (process.argv[3] === 'loaded') {
  await import('bullmq');
}

try {
  console.log(Object.keys(bullmqTelemetry({ otel: false })).join());
} catch (error) {
  console.log(`${error.constructor.name}: ${error.message}`);
}
