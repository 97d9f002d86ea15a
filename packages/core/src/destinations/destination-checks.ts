import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  checkMillis,
  checkNames,
  checkText,
  checkWord,
  invalidOption,
  invalidSecret,
  isRecord,
} from '../diagnostics/validation.js';
import { hideUrlSecrets, isHttpUrl } from './http-url.js';

const KINDS = ['otlp', 'console'];
const SIGNALS = ['traces', 'metrics', 'logs'];
const DELIVERY_OPTIONS = ['headers', 'timeoutMillis', 'compression', 'signals'] as const;

/** What an address may be, for messages. */
export const HTTP_URL = 'an absolute http or https URL';

/**
 * Checks one entry of `destinations`: most come from a function such as `collector()`, but a plain object will do.
 *
 * @param where - the option, for the message
 * @throws TypeError that names the option, its value, unless it can be a secret, and what is allowed
 */
export function checkDestination(where: string, destination: unknown): void {
  if (!isRecord(destination)) {
    return invalidOption(where, destination, 'what collector() or consoleDestination() returns');
  }
  const { kind, name, endpoint, signals } = destination;
  if (!KINDS.includes(kind as string)) {
    invalidOption(`${where}.kind`, kind, KINDS.join(', '));
  }
  checkText(`${where}.name`, name ?? '');
  if (signals === undefined) {
    invalidOption(`${where}.signals`, signals, `an array of ${SIGNALS.join(', ')}`);
  }
  if (kind === 'console') {
    checkNames(where, destination, ['kind', 'name', 'signals']);
    checkSignals(where, signals);
    return;
  }
  checkNames(where, destination, ['kind', 'name', 'endpoint', ...DELIVERY_OPTIONS]);
  checkEndpoint(`${where}.endpoint`, endpoint);
  checkDelivery(where, destination);
}

/**
 * Checks the options of a destination that takes OTLP.
 *
 * @throws TypeError as {@link checkDestination}
 */
export function checkDeliveryOptions(where: string, options: unknown): void {
  checkNames(where, options, DELIVERY_OPTIONS);
  checkDelivery(where, options as Record<string, unknown>);
}

/** Throws unless the address is absent or an absolute http or https URL. */
export function checkEndpoint(name: string, endpoint: unknown): void {
  if (endpoint !== undefined && !isHttpUrl(endpoint)) {
    invalidOption(name, typeof endpoint === 'string' ? hideUrlSecrets(endpoint) : endpoint, HTTP_URL);
  }
}

/** Whether all names and values can be sent as HTTP headers. */
export function areHeaders(headers: Readonly<Record<string, unknown>>): headers is Record<string, string> {
  return Object.entries(headers).every(([name, value]) => isHeader(name, value));
}

function checkDelivery(where: string, options: Record<string, unknown>): void {
  checkHeaders(`${where}.headers`, options['headers']);
  checkMillis(`${where}.timeoutMillis`, options['timeoutMillis'], 1);
  checkWord(`${where}.compression`, options['compression'], ['gzip', 'none']);
  checkSignals(where, options['signals']);
}

function checkHeaders(name: string, headers: unknown): void {
  if (headers === undefined) {
    return;
  }
  if (!isRecord(headers)) {
    return invalidSecret(name, 'an object of header names and texts');
  }
  for (const [header, value] of Object.entries(headers)) {
    if (!isHeader(header, value)) {
      invalidSecret(`${name}[${JSON.stringify(header)}]`, 'a legal header name, and a text that a header can hold');
    }
  }
}

function checkSignals(where: string, signals: unknown): void {
  if (signals === undefined) {
    return;
  }
  if (!Array.isArray(signals)) {
    return invalidOption(`${where}.signals`, signals, `an array of ${SIGNALS.join(', ')}`);
  }
  signals.forEach((signal, index) => {
    if (!SIGNALS.includes(signal)) {
      invalidOption(`${where}.signals[${index}]`, signal, SIGNALS.join(', '));
    }
  });
}

function isHeader(name: string, value: unknown): boolean {
  if (typeof value !== 'string') {
    return false;
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    // Node.js would refuse to send it.
    return false;
  }
}
