// Prints a trace with its log records, and what there is of one whose root never ends.
import { context, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { setupOtel, withSpan } from '@otelier/core';

setupOtel({ serviceName: 'shop' });
withSpan('order', () => {
  withSpan('charge', { amount: 5 }, () =>
    ['paid', 'sent', 'thanked'].forEach((body) => logs.getLogger('shop').emit({ body, severityText: 'INFO' })),
  );
});
const endless = trace.getTracer('shop').startSpan('never ends');
context.with(trace.setSpan(context.active(), endless), () => withSpan('beneath', () => {}));
if (process.argv[2] === 'exit') {
  process.exit(3);
} else if (process.argv[2] === 'SIGTERM') {
  process.kill(process.pid, 'SIGTERM');
  setInterval(() => {}, 1000);
}
