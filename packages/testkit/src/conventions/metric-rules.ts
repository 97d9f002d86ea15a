import { attributeViolations } from './attribute-rules.js';
import { METRIC_DEFINITIONS, type MetricDefinition } from './metric-definitions.js';
import type { MetricRecord } from './metric-record.js';
import { findAttribute } from './registry.js';
import { shown } from './sentence.js';
import type { AttributeRecord } from './span-record.js';

/** Namespaces in which a metric has to be one of the conventions. */
const OWNED_METRICS = /^(http|db|nodejs|v8js|process)\./;

/**
 * Says in sentences how a metric breaks the semantic conventions; an empty list when it keeps them.
 *
 * Attributes that the conventions do not know are the application's own and pass.
 */
export function metricViolations({ name, unit, points }: MetricRecord): string[] {
  const definition = METRIC_DEFINITIONS.get(name);
  const sentences = points.filter((attributes) => !isOverflow(attributes)).flatMap((attributes) => [
    ...attributeViolations(attributes),
    ...(definition === undefined ? [] : pointViolations(attributes, definition)),
  ]);
  if (definition !== undefined && unit !== definition.unit) {
    sentences.push(`the unit is ${shown(unit)}, not ${shown(definition.unit)}`);
  }
  if (definition === undefined && OWNED_METRICS.test(name)) {
    sentences.push('the conventions have no such metric, but its namespace is theirs');
  }
  return sentences;
}

/**
 * The series of everything beyond the limit of series has this one attribute.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute
 */
function isOverflow(attributes: AttributeRecord): boolean {
  return attributes['otel.metric.overflow'] === true && Object.keys(attributes).length === 1;
}

function pointViolations(attributes: AttributeRecord, { required, optional }: MetricDefinition): string[] {
  const missing = required.filter((name) => !(name in attributes));
  const misplaced = Object.keys(attributes).filter((name) => {
    const known = findAttribute(name);
    return known !== undefined && known.deprecated === undefined && ![...required, ...optional].includes(name);
  });
  const code = attributes['http.response.status_code'];
  const isUnexplained = typeof code === 'number' && code >= 500 && !('error.type' in attributes);
  return [
    ...missing.map((name) => `${name} is missing`),
    ...misplaced.map((name) => `${name} is no attribute of this metric`),
    ...(isUnexplained ? [`error.type is missing though http.response.status_code is ${code}`] : []),
  ];
}
