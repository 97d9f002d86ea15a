import { checkFlag, checkNames, checkText, invalidOption, invalidShape, isRecord } from '../diagnostics/validation.js';
import {
  checkDelivery,
  checkEndpoint,
  checkOtlp,
  checkSignals,
  DELIVERY_OPTIONS,
  OTLP_OPTIONS,
  SIGNALS,
} from './delivery-checks.js';
import type { VendorName } from './destination.js';
import { checkKey, checkSettings } from './vendor-checks.js';
import { VENDORS } from './vendors.js';

const CONSOLE_OPTIONS = ['signals', 'quiet'] as const;
const KINDS = ['otlp', 'vendor', 'console'];

/**
 * Checks one entry of `destinations`: most come from a function such as `collector()`, but a plain object will do.
 *
 * @param where - the option, for the message
 * @throws TypeError that names the option, its value, unless it can be a secret, and what is allowed
 */
export function checkDestination(where: string, destination: unknown): void {
  if (!isRecord(destination)) {
    return invalidShape(where, destination, 'what collector() or consoleDestination() returns');
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
    checkNames(where, destination, ['kind', 'name', ...CONSOLE_OPTIONS]);
    checkConsole(where, destination);
    return;
  }
  if (kind === 'vendor') {
    checkVendor(where, destination);
    return;
  }
  checkNames(where, destination, ['kind', 'name', 'endpoint', ...OTLP_OPTIONS]);
  checkEndpoint(`${where}.endpoint`, endpoint);
  checkOtlp(where, destination);
}

/**
 * Checks the options of a console destination.
 *
 * @throws TypeError as {@link checkDestination}
 */
export function checkConsoleOptions(where: string, options: unknown): void {
  checkNames(where, options, CONSOLE_OPTIONS);
  checkConsole(where, options as Record<string, unknown>);
}

function checkConsole(where: string, options: Record<string, unknown>): void {
  checkFlag(`${where}.quiet`, options['quiet']);
  checkSignals(where, options['signals']);
}

function checkVendor(where: string, destination: Record<string, unknown>): void {
  checkNames(where, destination, ['kind', 'vendor', 'name', 'key', 'settings', ...DELIVERY_OPTIONS]);
  const { vendor: name, key, settings } = destination;
  const vendor = typeof name === 'string' && Object.hasOwn(VENDORS, name) ? VENDORS[name as VendorName] : undefined;
  if (vendor === undefined) {
    return invalidOption(`${where}.vendor`, name, Object.keys(VENDORS).join(', '));
  }
  checkDelivery(where, destination);
  checkKey(`${where}.key`, key);
  checkNames(`${where}.settings`, settings, Object.keys(vendor.settings));
  checkSettings(`${where}.settings`, vendor, settings as Record<string, unknown>);
}
