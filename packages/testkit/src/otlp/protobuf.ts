import root from '@opentelemetry/otlp-proto-exporter-base/build/src/generated/root';
import { addNewerLogFields, addNewerSpanFields } from './newer-fields.js';
import type { WireLogsRequest, WireMetricsRequest, WireTraceRequest } from './wire.js';

/** The part of the generated classes that is used; their own declaration tells nothing. */
interface Decoder<T> {
  decode(bytes: Uint8Array): T;
}

interface Generated {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Decoder<WireTraceRequest> } };
        readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Decoder<WireMetricsRequest> } };
        readonly logs: { readonly v1: { readonly ExportLogsServiceRequest: Decoder<WireLogsRequest> } };
      };
    };
  };
}

const { trace, metrics, logs } = (root as unknown as Generated).opentelemetry.proto.collector;

/**
 * Decodes a trace request.
 * @throws Error when the bytes are not a protobuf message of that type.
 */
export function decodeTraceRequest(bytes: Uint8Array): WireTraceRequest {
  return addNewerSpanFields(trace.v1.ExportTraceServiceRequest.decode(bytes), bytes);
}

/**
 * Decodes a metrics request.
 * @throws Error when the bytes are not a protobuf message of that type.
 */
export function decodeMetricsRequest(bytes: Uint8Array): WireMetricsRequest {
  return metrics.v1.ExportMetricsServiceRequest.decode(bytes);
}

/**
 * Decodes a logs request.
 * @throws Error when the bytes are not a protobuf message of that type.
 */
export function decodeLogsRequest(bytes: Uint8Array): WireLogsRequest {
  return addNewerLogFields(logs.v1.ExportLogsServiceRequest.decode(bytes), bytes);
}
