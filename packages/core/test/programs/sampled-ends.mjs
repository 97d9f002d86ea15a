// Makes traces that have ended and traces that have not, then ends. Arguments: how it ends.
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { setupOtel } from '@otelier/core';

const [ending] = process.argv.slice(2);

const otel = setupOtel({
  serviceName: 'sampled',
  sampling: { ratio: 0, keepErrors: true, keepSlowerThanMillis: 60_000, rules: [{ attributes: { kept: true }, keep: true }] },
});
const tracer = trace.getTracer('sampled');

function begin(name, { fails = false, attributes } = {}) {
  const root = tracer.startSpan(name, { attributes });
  const child = tracer.startSpan(`child of ${name}`, {}, trace.setSpan(context.active(), root));
  if (fails) {
    child.setStatus({ code: SpanStatusCode.ERROR });
  }
  child.end();
  return root;
}

begin('fine').end();
begin('failed', { fails: true }).end();
begin('open');
begin('failed open', { fails: true });
begin('open with a rule for its end').setAttribute('kept', true);
console.log('begun');

const endings = {
  'by itself': () => {},
  'by process.exit()': () => process.exit(5),
  'by an error': () => {
    throw new Error('the work went wrong');
  },
  'by shutdown()': () => void otel.shutdown(),
  'by a signal': () => void setInterval(() => {}, 1000),
};
endings[ending]();
