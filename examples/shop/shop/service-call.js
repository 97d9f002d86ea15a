/** What a service answered when it was no success. */
class ServiceError extends Error {
  constructor(service, status, body) {
    super(`${service} answered ${status}: ${body.message ?? 'no message'}`);
    this.name = 'ServiceError';
    this.status = status;
  }
}

/**
 * Calls another service; the span of the request, and the trace in its headers, come by themselves.
 * @param {{ name: string, url: string }} service
 * @param {string} path
 * @param {object} [body] sent as JSON with POST; GET without
 * @returns {Promise<any>} the answer's JSON
 * @throws {ServiceError} when the answer is no success
 */
export async function callService(service, path, body) {
  const response = await fetch(`${service.url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new ServiceError(service.name, response.status, answer);
  }
  return answer;
}
