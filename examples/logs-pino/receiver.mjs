import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import root from '@opentelemetry/otlp-proto-exporter-base/build/src/generated/root.js';

/** No newer package decodes OTLP; in this one the message of the log service has no class of its own. */
const { LogsData } = root.opentelemetry.proto.logs.v1;

/**
 * Takes OTLP over http/protobuf on a free port, and keeps the log records.
 * @returns {Promise<{ url: string, records: object[], close: () => void }>}
 */
export async function startReceiver() {
  const records = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    if (request.url === '/v1/logs') {
      records.push(...readRecords(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, records, close: () => server.close() };
}

function readRecords(bytes) {
  return LogsData.decode(bytes)
    .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    .map(({ severityText, body, attributes, traceId }) => ({
      severity: severityText,
      body: readValue(body),
      trace: Buffer.from(traceId ?? []).toString('hex'),
      attributes: readAttributes(attributes),
    }));
}

function readAttributes(attributes) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue({ kvlistValue, arrayValue, ...plain }) {
  if (kvlistValue) {
    return readAttributes(kvlistValue.values);
  }
  return arrayValue ? arrayValue.values.map(readValue) : (plain.stringValue ?? plain.doubleValue ?? plain.boolValue ?? Number(plain.intValue));
}
