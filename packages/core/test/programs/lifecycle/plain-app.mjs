// An application that knows nothing of Otelier, as an ES module.
import { trace } from '@opentelemetry/api';

trace.getTracer('app').startSpan('main').end();
if (process.argv.includes('set-up')) {
  const { setupOtel } = await import('@otelier/core');
  console.log(`listeners ${setupOtel() === setupOtel()} ${process.listenerCount('SIGTERM')}`);
}
