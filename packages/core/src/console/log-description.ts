import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Palette } from './palette.js';
import { visibleText, visibleValue } from './visible-text.js';

const MAX_BODY = 500;
const MAX_VALUE = 80;
const MAX_ATTRIBUTES = 6;

/** The numbers at which WARN and ERROR begin. */
const WARN = 13;
const ERROR = 17;

/** A log record as one line. */
export function describeLog(record: ReadableLogRecord, palette: Palette): string {
  const { severityNumber = 0, severityText = '', body, attributes } = record;
  const level = visibleText(severityText === '' ? 'LOG' : severityText.toUpperCase(), 20);
  const paint = severityNumber >= ERROR ? palette.red : severityNumber >= WARN ? palette.yellow : palette.dim;
  const details = Object.entries(attributes)
    .slice(0, MAX_ATTRIBUTES)
    .map(([name, value]) => `${visibleText(name, MAX_VALUE)}=${visibleValue(value, MAX_VALUE)}`);
  const text = body === undefined ? [] : [visibleValue(body, MAX_BODY)];
  return [paint(`● ${level}`), ...text, ...(details.length === 0 ? [] : [palette.dim(details.join(' '))])].join(' ');
}
