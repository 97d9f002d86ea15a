import { NAME_RULES, NETWORK_RULES } from './network-rules.js';
import { shown, type Rule } from './sentence.js';
import type { AttributeRecord } from './span-record.js';

/** The length that the conventions advise for `db.query.summary`, and with it for the name. */
const MAX_NAME_LENGTH = 255;

/**
 * Rules for CLIENT spans of database operations.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export const DATABASE_RULES: readonly Rule[] = [
  ...NAME_RULES,
  ...NETWORK_RULES,
  ({ name }) => name.length > MAX_NAME_LENGTH && `the name is longer than ${MAX_NAME_LENGTH}: ${shown(name)}`,
  ({ name, attributes }) =>
    !expectedNames(attributes).includes(name) &&
    `the name is ${shown(name)}, not ${shown(expectedNames(attributes)[0])}`,
  ({ attributes }) => {
    const summary = attributes['db.query.summary'];
    return (
      typeof summary === 'string' &&
      (summary === '' || /[\r\n]/.test(summary)) &&
      `db.query.summary is not one line: ${shown(summary)}`
    );
  },
  ({ attributes }) => attributes['db.namespace'] === '' && 'db.namespace is empty',
  ({ attributes, status }) =>
    status.code === 'ERROR' && !('error.type' in attributes) && 'error.type is missing though the status is ERROR',
  ({ attributes, status }) =>
    status.code !== 'ERROR' &&
    'error.type' in attributes &&
    `error.type is ${shown(attributes['error.type'])} though the status is ${status.code}`,
  ({ status }) => status.code === 'OK' && 'the status is OK, which is for the application to set',
  // "Operations are only considered batches when they contain two or more operations."
  ({ attributes }) => {
    const size = attributes['db.operation.batch.size'];
    return typeof size === 'number' && size < 2 && `db.operation.batch.size is no batch: ${size}`;
  },
  ({ attributes }) => {
    const rows = attributes['db.response.returned_rows'];
    return typeof rows === 'number' && rows < 0 && `db.response.returned_rows is negative: ${rows}`;
  },
];

/** The names that the conventions allow, the one that they prefer first; which target is "accessible" is not told. */
function expectedNames(attributes: AttributeRecord): string[] {
  const text = (name: string): string[] => (typeof attributes[name] === 'string' ? [attributes[name]] : []);
  const summary = text('db.query.summary');
  if (summary.length > 0) {
    return summary;
  }
  const server = text('server.address').map((address) => `${address}:${String(attributes['server.port'])}`);
  const targets = [
    ...text('db.collection.name'),
    ...text('db.stored_procedure.name'),
    ...text('db.namespace'),
    ...server,
  ];
  const operations = text('db.operation.name');
  return [
    ...operations.flatMap((operation) => targets.map((target) => `${operation} ${target}`)),
    ...operations,
    ...(operations.length > 0 ? [] : targets),
    ...text('db.system.name'),
  ];
}
