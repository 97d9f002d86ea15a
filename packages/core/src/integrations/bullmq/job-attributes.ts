import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { BullmqAttributes } from './telemetry-interface.js';

/** What jobs return, report and are made with is the application's own data; a failure's reason is in its exception. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'bullmq.job.result',
  'bullmq.job.progress',
  'bullmq.job.failed.reason',
  'bullmq.job.options',
]);

/**
 * The conventions' names for what BullMQ tells under its own.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
const MESSAGING: Readonly<Record<string, string>> = {
  'bullmq.queue.name': 'messaging.destination.name',
  'bullmq.queue.operation': 'messaging.operation.name',
  'bullmq.job.id': 'messaging.message.id',
  'bullmq.job.bulk.count': 'messaging.batch.message_count',
};

/** An attribute can hold the names of ten thousand jobs. */
const MAX_ITEMS = 128;
const MAX_LENGTH = 1024;

/** What is recorded of attributes that BullMQ tells: bounded, and without the application's data. */
export function jobAttributes(told: BullmqAttributes = {}): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(told)) {
    const recorded = LEFT_OUT.has(name) ? undefined : bounded(value);
    if (recorded !== undefined) {
      attributes[name] = recorded;
    }
  }
  return attributes;
}

/** The same attributes with the names that messaging systems share. */
export function messagingAttributes(attributes: Attributes): Attributes {
  const named = Object.entries(attributes).map(([name, value]) => [MESSAGING[name] ?? '', value] as const);
  return Object.fromEntries(named.filter(([name, value]) => name !== '' && value !== ''));
}

function bounded(value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value.slice(0, MAX_LENGTH);
    case 'number':
    case 'boolean':
      return value;
    default:
      return Array.isArray(value) ? value.slice(0, MAX_ITEMS).map(itemText) : undefined;
  }
}

function itemText(item: unknown): string {
  return typeof item === 'string' || typeof item === 'number' ? String(item).slice(0, MAX_LENGTH) : '';
}
