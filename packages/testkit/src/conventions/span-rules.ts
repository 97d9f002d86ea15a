import { attributeViolations } from './attribute-rules.js';
import { brokenRules, shown, type Rule } from './sentence.js';
import type { AttributeRecord, SpanRecord } from './span-record.js';

const RULES: readonly Rule[] = [
  ({ name }) => name === '' && 'the span has no name',
  ({ status }) =>
    status.code !== 'ERROR' &&
    status.message !== undefined &&
    `the status ${status.code} has a description: ${shown(status.message)}`,
];

/**
 * Sentences about what holds for every span.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
export function spanViolations(span: SpanRecord): string[] {
  return [
    ...brokenRules(span, RULES),
    ...attributeViolations(span.attributes),
    ...span.events.flatMap(({ name, attributes }) => eventViolations(name, attributes)),
    ...span.links.flatMap(({ attributes }) =>
      attributeViolations(attributes).map((sentence) => `in a link: ${sentence}`),
    ),
  ];
}

function eventViolations(name: string, attributes: AttributeRecord): string[] {
  const sentences = attributeViolations(attributes).map((sentence) => `in the event ${shown(name)}: ${sentence}`);
  if (name === '') {
    sentences.push('an event has no name');
  }
  if (name === 'exception' && !('exception.type' in attributes) && !('exception.message' in attributes)) {
    sentences.push('an exception event has neither exception.type nor exception.message');
  }
  return sentences;
}
