import { toOrigin } from './origin.js';
import type { ReceivedLogRecord, ReceivedOrigin } from './received.js';
import { toAttributes, toBigint, toId, toText, toValue } from './values.js';
import type { WireLogRecord, WireLogsRequest } from './wire.js';

/**
 * Lists the records of a logs request in the order in which they stand there.
 * @throws Error when an id or an attribute list is invalid.
 */
export function toLogRecords(request: WireLogsRequest): ReceivedLogRecord[] {
  return (request.resourceLogs ?? []).flatMap((owner) =>
    (owner.scopeLogs ?? []).flatMap((scoped) => {
      const origin = toOrigin(owner, scoped);
      return (scoped.logRecords ?? []).map((record) => toLogRecord(record, origin));
    }),
  );
}

function toLogRecord(record: WireLogRecord, origin: ReceivedOrigin): ReceivedLogRecord {
  return {
    timeUnixNano: toBigint(record.timeUnixNano),
    observedTimeUnixNano: toBigint(record.observedTimeUnixNano),
    severityNumber: record.severityNumber ?? 0,
    severityText: toText(record.severityText),
    eventName: toText(record.eventName),
    body: toValue(record.body),
    attributes: toAttributes(record.attributes),
    flags: record.flags ?? 0,
    traceId: toId(record.traceId, 16),
    spanId: toId(record.spanId, 8),
    droppedAttributesCount: record.droppedAttributesCount ?? 0,
    ...origin,
  };
}
