import { checkDestination } from '../destinations/destination-checks.js';
import {
  checkFlag,
  checkMillis,
  checkNames,
  checkObjects,
  checkText,
  checkWord,
  hasMethods,
  invalidOption,
  isRecord,
} from '../diagnostics/validation.js';
import type { DatabaseOptions, OtelOptions } from './otel-options.js';

const OPTION_NAMES = [
  'serviceName',
  'serviceVersion',
  'serviceNamespace',
  'environment',
  'resourceAttributes',
  'requireServiceName',
  'disabled',
  'destinations',
  'sampler',
  'spanProcessors',
  'metricReaders',
  'database',
  'shutdownTimeoutMillis',
  'handleSignals',
] as const satisfies readonly (keyof OtelOptions)[];

const DATABASE_OPTION_NAMES = ['queryText', 'rootQueries'] as const satisfies readonly (keyof DatabaseOptions)[];
const PRIMITIVE_ATTRIBUTES = ['string', 'number', 'boolean'];

/**
 * Checks the options of the set-up, whatever their compile-time type was.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkOptions(options: OtelOptions): void {
  checkNames('setupOtel', options, OPTION_NAMES);
  checkText('serviceName', options.serviceName);
  checkText('serviceVersion', options.serviceVersion);
  checkText('serviceNamespace', options.serviceNamespace);
  checkText('environment', options.environment);
  checkFlag('requireServiceName', options.requireServiceName);
  checkFlag('disabled', options.disabled);
  checkFlag('handleSignals', options.handleSignals);
  checkMillis('shutdownTimeoutMillis', options.shutdownTimeoutMillis);
  checkObjects('spanProcessors', options.spanProcessors, ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
  checkObjects('metricReaders', options.metricReaders, ['collect', 'forceFlush', 'shutdown']);
  checkDestinations(options.destinations);
  if (options.sampler !== undefined && !hasMethods(options.sampler, ['shouldSample'])) {
    invalidOption('sampler', options.sampler, 'an object with shouldSample()');
  }
  checkResourceAttributes(options.resourceAttributes);
  checkDatabaseOptions(options.database);
}

/**
 * Checks what is to be recorded of queries.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkDatabaseOptions(database: DatabaseOptions | undefined): void {
  if (database === undefined) {
    return;
  }
  checkNames('database', database, DATABASE_OPTION_NAMES);
  checkFlag('database.rootQueries', database.rootQueries);
  checkWord('database.queryText', database.queryText, ['sanitized', 'raw', 'off']);
}

function checkDestinations(destinations: unknown): void {
  if (destinations === undefined) {
    return;
  }
  if (!Array.isArray(destinations)) {
    invalidOption('destinations', destinations, 'an array, such as [collector()]');
  }
  destinations.forEach((destination, index) => checkDestination(`destinations[${index}]`, destination));
}

function checkResourceAttributes(attributes: unknown): void {
  if (attributes === undefined) {
    return;
  }
  if (!isRecord(attributes)) {
    invalidOption('resourceAttributes', attributes, 'an object of attributes');
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && ![value].flat().every((item) => PRIMITIVE_ATTRIBUTES.includes(typeof item))) {
      invalidOption(`resourceAttributes["${name}"]`, value, 'a text, a number, true, false, or an array of such');
    }
  }
  checkText('resourceAttributes["service.name"]', attributes['service.name']);
}
