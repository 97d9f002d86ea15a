import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import { ExemplarSerializer } from './exemplar-serializer.js';
import type { RequestSerializer } from './sized-delivery.js';

/** The protobuf serializer of one destination's metrics; `undefined` means that no exemplars are kept. */
export function createMetricSerializer(exemplars: ExemplarSource | undefined): RequestSerializer<ResourceMetrics> {
  return exemplars === undefined ? ProtobufMetricsSerializer : new ExemplarSerializer(exemplars);
}
