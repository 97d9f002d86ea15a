import { context, propagation } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';

/** What a service answered when it was no success. */
class ServiceError extends Error {
  constructor(service, status, body) {
    super(`${service} answered ${status}: ${body.message ?? 'no message'}`);
    this.name = 'ServiceError';
    this.status = status;
  }
}

/**
 * Calls another service in a span of its own and passes the trace on in the request's headers.
 * @param {{ name: string, url: string }} service
 * @param {string} path
 * @param {object} [body] sent as JSON with POST; GET without
 * @returns {Promise<any>} the answer's JSON
 * @throws {ServiceError} when the answer is no success
 */
export function callService(service, path, body) {
  const method = body ? 'POST' : 'GET';
  return withSpan(`${method} ${service.name}`, async () => {
    const headers = { 'content-type': 'application/json' };
    propagation.inject(context.active(), headers);
    const response = await fetch(`${service.url}${path}`, { method, headers, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) {
      throw new ServiceError(service.name, response.status, answer);
    }
    return answer;
  });
}
