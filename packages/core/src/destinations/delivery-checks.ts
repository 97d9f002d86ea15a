import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  checkMillis,
  checkNames,
  checkWord,
  invalidOption,
  invalidSecret,
  isRecord,
} from '../diagnostics/validation.js';
import { HTTP_URL, hideUrlSecrets, isHttpUrl } from './http-url.js';
import { isTransportHeader, OWN_HEADER } from './transport-headers.js';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'];
const TEMPORALITIES = ['cumulative', 'delta', 'lowmemory'];

/** The signals that there are. */
export const SIGNALS = ['traces', 'metrics', 'logs'];

/** The options that every destination that takes OTLP has. */
export const DELIVERY_OPTIONS = ['headers', 'timeoutMillis', 'compression', 'signals'] as const;

/** The options of a destination that takes OTLP as it is asked to. */
export const OTLP_OPTIONS = [...DELIVERY_OPTIONS, 'protocol', 'temporality'] as const;

/**
 * Checks the options of a destination that takes OTLP as it is asked to.
 *
 * @throws TypeError that names the option, its value, unless it can be a secret, and what is allowed
 */
export function checkOtlpOptions(where: string, options: unknown): void {
  checkNames(where, options, OTLP_OPTIONS);
  checkOtlp(where, options as Record<string, unknown>);
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

/** Checks what a destination that takes OTLP as it is asked to can be told. */
export function checkOtlp(where: string, options: Record<string, unknown>): void {
  checkDelivery(where, options);
  checkWord(`${where}.protocol`, options['protocol'], PROTOCOLS);
  checkWord(`${where}.temporality`, options['temporality'], TEMPORALITIES);
}

/** Checks what every destination that takes OTLP can be told. */
export function checkDelivery(where: string, options: Record<string, unknown>): void {
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
    if (isTransportHeader(header)) {
      invalidSecret(`${name}[${JSON.stringify(header)}]`, OWN_HEADER);
    }
  }
}

/** Throws unless the value is absent or an array of signals. */
export function checkSignals(where: string, signals: unknown): void {
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
