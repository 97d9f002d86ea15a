import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { gunzipSync } from 'node:zlib';

const MAX_BYTES = 3_500_000;
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const UNAUTHENTICATED = '16';

/**
 * Takes the place of Mackerel's two intakes on this machine, with their rules: the key, an Accept of everything, gzip, less than
 * 3.5 MB; traces and logs by HTTP, metrics by gRPC.
 *
 * @param key - the only one that may write
 * @returns the two addresses, what was taken and what was refused, one line each, and how to end it
 */
export async function startLocalIntake(key) {
  const taken = [];
  const refused = [];
  const judge = (path, headers, expand) => {
    const bytes = expand().length;
    const faults = [
      headers['mackerel-api-key'] === key ? [] : 'the key may not write',
      headers['accept'] === '*/*' ? [] : 'Accept is not */*',
      (headers['content-encoding'] ?? headers['grpc-encoding']) === 'gzip' ? [] : 'it is not compressed by gzip',
      bytes <= MAX_BYTES ? [] : `${bytes} bytes are too many`,
    ].flat();
    (faults.length === 0 ? taken : refused).push([path, ...faults].join(': '));
    return faults;
  };

  const http = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const isPath = request.method === 'POST' && ['/v1/traces', '/v1/logs'].includes(request.url);
    const faults = judge(request.url, request.headers, () => gunzipSync(body));
    response.writeHead(!isPath ? 404 : faults.length === 0 ? 200 : 401, { 'content-type': 'application/x-protobuf' });
    response.end();
  });

  const grpc = createHttp2Server();
  grpc.on('stream', async (stream, headers) => {
    const call = Buffer.concat(await stream.toArray());
    const faults = headers[':path'] === METRICS ? judge('metrics', headers, () => gunzipSync(call.subarray(5))) : ['another method'];
    const answer = { ':status': 200, 'content-type': 'application/grpc' };
    if (faults.length > 0) {
      stream.respond({ ...answer, 'grpc-status': UNAUTHENTICATED }, { endStream: true });
      return;
    }
    stream.respond(answer, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  const sessions = new Set();
  grpc.on('session', (session) => sessions.add(session));

  const [endpoint, metricsEndpoint] = await Promise.all([http, grpc].map(listen));
  const close = () => {
    http.close();
    http.closeAllConnections();
    sessions.forEach((session) => session.destroy());
    grpc.close();
  };
  return { endpoint, metricsEndpoint, taken, refused, close };
}

function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
