/** What the transport says of each request and its connection; another value would break the request. */
const TRANSPORT_HEADERS = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'grpc-encoding',
  'grpc-timeout',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What the headers of a destination may be, for messages. */
export const OWN_HEADER = `none that the transport sets itself (${TRANSPORT_HEADERS.join(', ')})`;

/** Whether the transport sets a header itself, in whatever case it is given. */
export function isTransportHeader(name: string): boolean {
  return TRANSPORT_HEADERS.includes(name.toLowerCase());
}
