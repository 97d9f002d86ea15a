// An application with an SDK of its own. Arguments: its line, whether it is there before Otelier, and how it ends.
const path = require('node:path');

const [line, order, ending] = process.argv.slice(2);
const host = path.resolve(__dirname, '../../../../testkit/hosts/sdk-3/node_modules/@opentelemetry');

const finished = [];
const exporter = {
  export(spans, done) {
    finished.push(...spans.map(({ name }) => name));
    done({ code: 0 });
  },
  forceFlush: async () => {},
  shutdown: async () => console.log('their exporter was shut down'),
};

function registerTheirs() {
  if (line === '3.x') {
    const api = require(path.join(host, 'api'));
    const { SimpleSpanProcessor, TracerProvider } = require(path.join(host, 'sdk-trace'));
    const { AsyncLocalStorageContextManager } = require(path.join(host, 'context-async-hooks'));
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    api.trace.setGlobalTracerProvider(provider);
    return provider;
  }
  const { NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  return provider;
}

const { setupOtel, withSpan } = require('@otelier/core');
const listeners = () => ['SIGTERM', 'exit', 'beforeExit', 'uncaughtExceptionMonitor'].map((event) => process.listenerCount(event));

let theirs = order === 'before' ? registerTheirs() : undefined;
const before = listeners();
const otel = setupOtel();
const ours = listeners().some((count, index) => count > before[index]);
theirs ??= registerTheirs();
withSpan('work', () => withSpan('inner', () => {}));

void (async () => {
  await theirs.forceFlush();
  if (ending === 'theirs ends') {
    await theirs.shutdown();
    withSpan('later', () => {});
  } else {
    await otel.shutdown();
    withSpan('later', () => {});
    await theirs.forceFlush();
  }
  console.log(JSON.stringify({ ours, finished, destinations: otel.status().destinations.length }));
})();
