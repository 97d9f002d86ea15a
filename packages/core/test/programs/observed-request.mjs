// What an adapter does: one SERVER span a request, named after its path.
import { setupOtel } from '@otelier/core';
import { observeRequest, settleRequestOptions } from '@otelier/core/adapter';

setupOtel({
  serviceName: 'lifecycle',
  shutdownTimeoutMillis: Number(process.env['TEST_SHUTDOWN_TIMEOUT_MILLIS'] ?? 5000),
});

const adapter = settleRequestOptions('observe', {});

export function observe(request, response, run) {
  const facts = { scheme: 'http', host: request.headers.host, clientAddress: request.socket.remoteAddress };
  const scope = { name: 'lifecycle', version: '1.0.0' };
  observeRequest({ request, response, facts, scope, resolveRoute: () => request.url }, adapter).run(run);
}
