/**
 * A process that takes what every contender sends and counts it; decoding happens when the runner asks, so that it
 * takes no processor time while a service is measured.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { countDatadog, countOtlp, countSentry } from './span-counts.mjs';

let received = [];
let bytes = 0;

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  bytes += body.length;
  received.push({ url: request.url, headers: request.headers, body });
  const isJson = !request.url.startsWith('/v1/');
  response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' });
  response.end(isJson ? '{}' : undefined);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ question: 'ready', port: server.address().port }));

process.on('message', (question) => {
  const counts = received.map(count);
  const answer = { spans: sum(counts, 'spans'), requestSpans: sum(counts, 'requestSpans'), bytes };
  received = [];
  bytes = 0;
  process.send({ question, ...answer });
});
process.on('disconnect', () => process.exit());

function count({ url, headers, body }) {
  if (headers['x-datadog-trace-count'] !== undefined) {
    return countDatadog(headers);
  }
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  if (url === '/v1/traces') {
    return countOtlp(plain);
  }
  return url.includes('/envelope') ? countSentry(plain.toString()) : { spans: 0, requestSpans: 0 };
}

function sum(list, name) {
  return list.reduce((total, entry) => total + entry[name], 0);
}
