import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { lazily } from '../../lazily.js';
import { writeLogRecord } from './log-record-encoding.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { ValuePlaces } from './record-trimming.js';
import type * as ResponseReading from './response-reading.js';
import { writeSpan } from './span-encoding.js';

/** Most answers are empty. */
const responses = lazily(() => require('./response-reading.js') as typeof ResponseReading);

/** The resource of a record. */
export interface RecordResource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
}

/** The instrumentation scope of a record; the API of logs lets it have attributes. */
export interface RecordScope extends InstrumentationScope {
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

/** What every record tells of where it comes from; the same objects for what comes from the same place. */
export interface OriginatedRecord {
  readonly resource: RecordResource;
  readonly instrumentationScope: RecordScope;
}

/** How the records of one signal are written; their requests are alike. */
export interface SignalEncoding<R extends OriginatedRecord> {
  /** Writes a record as one of a repeated field; may throw what the record throws. */
  readonly write: (writer: ProtobufWriter, field: number, record: R) => void;
  readonly places: ValuePlaces;
  /** Reads the answer to a request. */
  readonly deserializeResponse: ISerializer<never, unknown>['deserializeResponse'];
}

/** `ExportTraceServiceRequest`. */
export const SPAN_ENCODING: SignalEncoding<ReadableSpan> = {
  write: writeSpan,
  // Its own attributes, and those of its events and links.
  places: { attributes: [[9], [11, 3], [13, 4]], values: [] },
  deserializeResponse: (data) => responses().readTraceResponse(data),
};

/** `ExportLogsServiceRequest`. */
export const LOG_ENCODING: SignalEncoding<ReadableLogRecord> = {
  write: writeLogRecord,
  // Its attributes, and its body.
  places: { attributes: [[6]], values: [5] },
  deserializeResponse: (data) => responses().readLogsResponse(data),
};
