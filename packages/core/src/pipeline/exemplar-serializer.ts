import { hrTimeToMilliseconds, type InstrumentationScope } from '@opentelemetry/core';
import {
  ProtobufMetricsSerializer,
  type IExportMetricsServiceResponse,
  type ISerializer,
} from '@opentelemetry/otlp-transformer';
import {
  DataPointType,
  type DataPoint,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { reportInternalError } from '../diagnostics/report.js';
import type { Exemplar, ExemplarHolder } from '../metrics/exemplar.js';
import type { ExemplarSource } from '../metrics/exemplar-source.js';
import { encodeExemplar } from './exemplar-encoding.js';
import { editField, lengthDelimited } from './protobuf-edit.js';

/** The numbers of fields in the messages of OTLP: the data within a metric, exemplars within its data points. */
interface DataFields {
  readonly data: number;
  readonly exemplars: number;
}

const FIELDS: ReadonlyMap<DataPointType, DataFields> = new Map([
  [DataPointType.GAUGE, { data: 5, exemplars: 5 }],
  [DataPointType.SUM, { data: 7, exemplars: 5 }],
  [DataPointType.HISTOGRAM, { data: 9, exemplars: 8 }],
  [DataPointType.EXPONENTIAL_HISTOGRAM, { data: 10, exemplars: 11 }],
]);
const RESOURCE_METRICS = 1;
const SCOPE_METRICS = 2;
const METRICS = 2;
const DATA_POINTS = 1;

/**
 * Serialises the metrics of one destination with their exemplars: the SDK collects none, and the serializer of
 * OpenTelemetry writes none. What it writes stays as it is; exemplars are appended to its data points.
 *
 * Every destination has a serializer of its own, so that each gets each exemplar once.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/metrics/v1/metrics.proto
 */
export class ExemplarSerializer implements ISerializer<ResourceMetrics, IExportMetricsServiceResponse> {
  private readonly delivered = new WeakSet<Exemplar>();
  private last: Exemplar[] = [];

  constructor(private readonly source: ExemplarSource) {}

  /** What was serialised last is not sent: its exemplars go out with what is serialised next. */
  takeBack(): void {
    this.last.forEach((exemplar) => this.delivered.delete(exemplar));
    this.last = [];
  }

  serializeRequest(metrics: ResourceMetrics): Uint8Array | undefined {
    this.last = [];
    const bytes = ProtobufMetricsSerializer.serializeRequest(metrics);
    if (bytes === undefined) {
      return undefined;
    }
    try {
      return editField(bytes, RESOURCE_METRICS, (owner) =>
        editField(owner, SCOPE_METRICS, (scope, index) => this.editScope(scope, metrics.scopeMetrics[index])),
      );
    } catch (error) {
      reportInternalError('adding exemplars', error);
      return bytes;
    }
  }

  deserializeResponse(data: Uint8Array): IExportMetricsServiceResponse {
    return ProtobufMetricsSerializer.deserializeResponse(data);
  }

  private editScope(message: Uint8Array, scoped: ScopeMetrics | undefined): Uint8Array {
    return scoped === undefined
      ? message
      : editField(message, METRICS, (metric, index) => this.editMetric(metric, scoped.scope, scoped.metrics[index]));
  }

  private editMetric(message: Uint8Array, scope: InstrumentationScope, metric: MetricData | undefined): Uint8Array {
    const holder = metric && this.source.find(scope, metric.descriptor.name);
    const fields = metric && FIELDS.get(metric.dataPointType);
    if (metric === undefined || holder === undefined || fields === undefined) {
      return message;
    }
    const { dataPoints } = metric;
    return editField(message, fields.data, (data) =>
      editField(data, DATA_POINTS, (point, index) => {
        const fresh = this.take(holder, dataPoints[index]);
        const encoded = fresh.map((exemplar) => lengthDelimited(fields.exemplars, encodeExemplar(exemplar)));
        return encoded.length === 0 ? point : Buffer.concat([point, ...encoded]);
      }),
    );
  }

  /** The exemplars of a data point's own time that this destination has not had. */
  private take(holder: ExemplarHolder, point: DataPoint<unknown> | undefined): readonly Exemplar[] {
    if (point === undefined) {
      return [];
    }
    const from = hrTimeToMilliseconds(point.startTime);
    const to = hrTimeToMilliseconds(point.endTime);
    const fresh = holder
      .exemplarsOf(point.attributes)
      .filter((exemplar) => exemplar.timeMillis >= from && exemplar.timeMillis <= to && !this.delivered.has(exemplar));
    fresh.forEach((exemplar) => this.delivered.add(exemplar));
    this.last.push(...fresh);
    return fresh;
  }
}
