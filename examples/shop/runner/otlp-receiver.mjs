import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decodeSpans } from './span-decoder.mjs';

const signals = new Set(['/v1/traces', '/v1/metrics', '/v1/logs']);

/**
 * Listens for OTLP over http/protobuf on a free port of this machine.
 * @param {object} options
 * @param {(spans: import('./span-decoder.mjs').Span[]) => void} options.onSpans
 * @param {import('./otlp-relay.mjs').OtlpRelay} [options.relay] gets everything as it came
 * @param {import('./cleanup.mjs').Cleanup} options.cleanup
 * @returns {Promise<string>} the base URL, for `OTEL_EXPORTER_OTLP_ENDPOINT`
 */
export async function startOtlpReceiver({ onSpans, relay, cleanup }) {
  const server = createServer((request, response) => {
    receive(request, { onSpans, relay }).then(
      (status) => response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end(),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await cleanup.add(async () => {
    server.close();
    server.closeAllConnections();
    await relay?.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

async function receive(request, { onSpans, relay }) {
  if (request.method !== 'POST' || !signals.has(request.url)) {
    request.resume();
    return 404;
  }
  const body = Buffer.concat(await request.toArray());
  relay?.send(request.url, body, bodyHeaders(request.headers));
  if (request.url === '/v1/traces') {
    onSpans(decodeSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
  }
  return 200;
}

function bodyHeaders(headers) {
  const { 'content-type': type = 'application/x-protobuf', 'content-encoding': encoding } = headers;
  return { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) };
}
