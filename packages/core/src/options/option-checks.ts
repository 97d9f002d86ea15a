import { checkDestination } from '../destinations/destination-checks.js';
import {
  checkFlag,
  checkMillis,
  checkNames,
  checkObjects,
  checkText,
  hasMethods,
  invalidOption,
  isRecord,
} from '../diagnostics/validation.js';
import { INSTRUMENTATION_METHODS } from './otel-instrumentation.js';
import type { OtelOptions } from './otel-options.js';
import { checkDatabaseOptions } from './resolve-database-options.js';
import { checkLogOptions } from './resolve-log-options.js';
import { checkOutgoingOptions } from './resolve-outgoing-options.js';
import { checkSamplingOptions } from './sampling-checks.js';

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
  'sampling',
  'spanProcessors',
  'metricReaders',
  'logRecordProcessors',
  'runtimeMetrics',
  'database',
  'outgoing',
  'logs',
  'instrumentations',
  'shutdownTimeoutMillis',
  'handleSignals',
] as const satisfies readonly (keyof OtelOptions)[];

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
  checkObjects('logRecordProcessors', options.logRecordProcessors, ['onEmit', 'forceFlush', 'shutdown']);
  checkFlag('runtimeMetrics', options.runtimeMetrics);
  checkInstrumentations(options.instrumentations);
  checkDestinations(options.destinations);
  if (options.sampler !== undefined && !hasMethods(options.sampler, ['shouldSample'])) {
    invalidOption('sampler', options.sampler, 'an object with shouldSample()');
  }
  checkSamplingOptions(options.sampling, options.sampler);
  checkResourceAttributes(options.resourceAttributes);
  checkDatabaseOptions(options.database);
  checkOutgoingOptions(options.outgoing);
  checkLogOptions(options.logs);
}

function checkInstrumentations(instrumentations: unknown): void {
  // Only one level is allowed: a list in a list in the list is no instrumentation.
  checkObjects('instrumentations', Array.isArray(instrumentations) ? instrumentations.flat() : instrumentations, INSTRUMENTATION_METHODS);
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
