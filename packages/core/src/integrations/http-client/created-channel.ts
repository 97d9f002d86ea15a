/**
 * The channel of Node's that tells of a request of `node:http` and `node:https` when it is made.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#event-httpclientrequestcreated
 */
export const CREATED = 'http.client.request.created';

/** The first versions that tell of a request before it is sent. */
const FIRST_WITH_CREATED = [
  [22, 15],
  [23, 11],
] as const;

/** Whether this Node tells of a request while headers can be added. */
export function tellsOfCreation(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const first = FIRST_WITH_CREATED.find(([known]) => known === major);
  return first === undefined ? major > 23 : minor >= first[1];
}
