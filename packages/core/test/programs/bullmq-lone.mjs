// Asks for the telemetry of BullMQ where bullmq-otel is not installed. Argument: the module of Otelier.
import { join } from 'node:path';

const { bullmqTelemetry } = await import(process.argv[2]);
// As if the program lay in the working folder.
process.argv[1] = join(process.cwd(), 'program.mjs');

try {
  bullmqTelemetry();
} catch (error) {
  console.log(`${error.constructor.name}: ${error.message}`);
}
