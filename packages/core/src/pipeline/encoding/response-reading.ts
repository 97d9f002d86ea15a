import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';

/** Reads `ExportTraceServiceResponse`. */
export function readTraceResponse(data: Uint8Array): unknown {
  return ProtobufTraceSerializer.deserializeResponse(data);
}

/** Reads `ExportLogsServiceResponse`. */
export function readLogsResponse(data: Uint8Array): unknown {
  return ProtobufLogsSerializer.deserializeResponse(data);
}
