import { createRequire } from 'node:module';
import { metrics } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';

/** Makes a span, a measurement and a log record with one of the builds, and says what was loaded for it. */
const require = createRequire(import.meta.url);
const core = process.argv[2] === 'cjs' ? require('../../dist/index.cjs') : await import('../../dist/index.js');
const otel = core.setupOtel();
core.withSpan('work', { a: 'a long text', b: 2 }, () => {});
metrics.getMeter('shop').createHistogram('tea').record(3);
logs.getLogger('shop').emit({ body: 'tea' });
await otel.shutdown();
const loaded = Object.keys(require.cache).filter((path) => /[\\/]node_modules[\\/]yaml[\\/]/.test(path));
console.log(JSON.stringify({ yaml: loaded.length > 0, problems: otel.status().problems }));
