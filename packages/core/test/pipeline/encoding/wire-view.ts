/** What means the same as its absence, in the messages that have it. */
const ZEROS = ['droppedAttributesCount', 'droppedEventsCount', 'droppedLinksCount'];

/** A decoded message as plain data that can be compared: what means the same is the same. */
export function wireView(message: unknown): unknown {
  if (message instanceof Uint8Array) {
    return Buffer.from(message).toString('hex');
  }
  if (Array.isArray(message)) {
    return message.map(wireView);
  }
  if (typeof message !== 'object' || message === null) {
    return Object.is(message, -0) ? 'negative zero' : message;
  }
  if (isLong(message)) {
    return `${message.high} ${message.low}`;
  }
  return Object.fromEntries(Object.entries(message).filter(isSaying).map(([key, value]) => [key, wireView(value)]));
}

/** A 64-bit integer of the decoder. */
function isLong(message: object): message is { readonly high: number; readonly low: number } {
  return 'toUnsigned' in message;
}

function isSaying([key, value]: [string, unknown]): boolean {
  const isEmptyStatus = key === 'status' && String(Object.entries(value as object)) === 'code,0';
  return value !== undefined && !isEmptyStatus && !(ZEROS.includes(key) && value === 0);
}
