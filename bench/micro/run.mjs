import { fileURLToPath } from 'node:url';
import { Child } from '../src/child.mjs';
import { alignedText } from '../src/table.mjs';

const parts = {
  span: async () => (await import('./span.mjs')).measureSpan(),
  encoder: async () => (await import('./encoder.mjs')).measureEncoder(),
  sanitizer: async () => (await import('./sanitizer.mjs')).measureSanitizer(),
  histogram: async () => (await import('./histogram.mjs')).measureHistogram(),
  propagation: async () => (await import('./propagation.mjs')).measurePropagation(),
};

/**
 * Measures single parts, beside the stock ones where there are any, and prints nanoseconds.
 * @param {string} only the parts whose name holds it
 * @param {(text: string) => void} print
 * @throws {Error} when no part has such a name
 */
export async function runMicro(only, print) {
  const chosen = Object.keys(parts).filter((name) => name.includes(only));
  if (chosen.length === 0) {
    throw new Error(`--only is '${only}'; the parts are ${Object.keys(parts).join(', ')}`);
  }
  const sink = new Child(fileURLToPath(new URL('../src/sink.mjs', import.meta.url)));
  try {
    const { port } = await sink.ready();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
    process.env.OTEL_EXPORTER_OTLP_COMPRESSION = 'gzip';
    process.env.OTEL_SERVICE_NAME = 'bench';
    const lines = [];
    for (const name of chosen) {
      lines.push(...(await parts[name]()));
    }
    const nanos = (value) => (value === undefined ? '–' : value.toFixed(0));
    const cells = lines.map(({ name, own, stock }) => [name, nanos(own), nanos(stock)]);
    print(alignedText([['ns', 'Otelier', 'stock'], ...cells]));
  } finally {
    await sink.stop();
  }
}
