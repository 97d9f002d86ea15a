import { createTraceState, type Link, type SpanContext } from '@opentelemetry/api';
import type { LogAttributes, LogBody } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import type { RecordScope } from '../../../src/pipeline/encoding/signal-encoding.js';
import type { GeneratedValues } from './generated-values.js';

const RESOURCES = [
  resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 7, 'process.command_args': ['node', 'app.js'] }),
  resourceFromAttributes({}),
  resourceFromAttributes({ 'service.name': 'été' }, { schemaUrl: 'https://opentelemetry.io/schemas/1.36.0' }),
];

const SCOPES: readonly RecordScope[] = [
  { name: 'otelier', version: '1.0.0' },
  { name: '' },
  { name: 'pg', version: '', schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' },
  { name: 'with attributes', attributes: { team: 'a', on: true }, droppedAttributesCount: 300 },
];

/** What every record tells of where it comes from. */
function origin(values: GeneratedValues): Pick<ReadableSpan, 'resource' | 'instrumentationScope'> {
  return { resource: values.pick(RESOURCES), instrumentationScope: values.pick(SCOPES) };
}

function spanContext(values: GeneratedValues): SpanContext {
  return {
    traceId: values.rarely() ? values.hex(32).toUpperCase() : values.hex(32),
    spanId: values.hex(16),
    traceFlags: values.pick([0, 1, 2, 3, 255]),
    ...(values.rarely() && { isRemote: values.pick([true, false]) }),
    ...(values.rarely() && { traceState: createTraceState(values.pick(['', 'ot=th:8', 'a=1,b=2'])) }),
  };
}

function link(values: GeneratedValues): Link {
  return {
    context: spanContext(values),
    ...(values.rarely() && { attributes: values.attributes() as NonNullable<Link['attributes']> }),
    ...(values.rarely() && { droppedAttributesCount: values.count() }),
  };
}

function event(values: GeneratedValues): TimedEvent {
  return {
    name: values.text(),
    time: values.time(),
    ...(values.rarely() && { attributes: values.attributes() as NonNullable<TimedEvent['attributes']> }),
    ...(values.rarely() && { droppedAttributesCount: values.count() }),
  };
}

/** A span with anything that one can have. */
export function generatedSpan(values: GeneratedValues): ReadableSpan {
  const own = spanContext(values);
  return {
    name: values.text(),
    kind: values.below(5),
    spanContext: () => own,
    ...(values.rarely() && { parentSpanContext: { ...spanContext(values), spanId: values.pick(['', values.hex(16)]) } }),
    startTime: values.time(),
    endTime: values.time(),
    duration: [0, 0],
    status: { code: values.below(3), ...(values.rarely() && { message: values.text() }) },
    attributes: values.attributes() as ReadableSpan['attributes'],
    links: values.list(2, () => link(values)),
    events: values.list(3, () => event(values)),
    ended: true,
    droppedAttributesCount: values.count(),
    droppedEventsCount: values.count(),
    droppedLinksCount: values.count(),
    ...origin(values),
  };
}

/** A log record with anything that one can have. */
export function generatedLogRecord(values: GeneratedValues): ReadableLogRecord {
  return {
    hrTime: values.time(),
    hrTimeObserved: values.time(),
    ...(!values.rarely() && { spanContext: spanContext(values) }),
    ...(!values.rarely() && { severityNumber: values.below(25), severityText: values.text() }),
    ...(!values.rarely() && { body: values.anyValue() as LogBody }),
    ...(values.rarely() && { eventName: values.text() }),
    attributes: Object.fromEntries(values.list(5, (index) => [`${index}`, values.anyValue()])) as LogAttributes,
    droppedAttributesCount: values.count(),
    ...origin(values),
  };
}
