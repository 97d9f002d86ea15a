// Prints a trace with its log record, and what there is of one whose root never ends.
import { context, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { setupOtel, withSpan } from '@otelier/core';

setupOtel({ serviceName: 'shop' });
withSpan('order', () => {
  withSpan('charge', { amount: 5 }, () => logs.getLogger('shop').emit({ body: 'paid', severityText: 'INFO' }));
});
const endless = trace.getTracer('shop').startSpan('never ends');
context.with(trace.setSpan(context.active(), endless), () => withSpan('beneath', () => {}));
if (process.argv[2] === 'exit') {
  process.exit(3);
}
