import { types } from 'node:util';
import {
  checkFlag,
  checkFunction,
  checkNames,
  checkTexts,
  invalidOption,
} from '../diagnostics/validation.js';
import type { HeaderOptions, IgnoreOptions, RequestMetricOptions, RequestOptions, RouteOptions } from './request-options.js';

const ROUTE_OPTION_NAMES = [
  'publicEndpoint',
  'headers',
  'requestAttributes',
  'layers',
  'responsePropagation',
  'metrics',
  'onRequest',
  'onResponse',
  'spanName',
  'metricAttributes',
] as const satisfies readonly (keyof RouteOptions)[];

const REQUEST_OPTION_NAMES = ['otel', 'ignore', ...ROUTE_OPTION_NAMES] as const satisfies readonly (keyof RequestOptions)[];
const IGNORE_OPTION_NAMES = ['requests', 'healthProbes', 'metrics'] as const satisfies readonly (keyof IgnoreOptions)[];
const HEADER_OPTION_NAMES = ['request', 'response', 'sanitize'] as const satisfies readonly (keyof HeaderOptions)[];
const METRIC_OPTION_NAMES = ['bodySizes', 'attributes'] as const satisfies readonly (keyof RequestMetricOptions)[];
const HOOK_NAMES = ['onRequest', 'onResponse', 'spanName', 'metricAttributes'] as const;

/** The options of an adapter or of a route, whatever their framework. */
export type AnyRequestOptions = RequestOptions<never, never>;
export type AnyRouteOptions = RouteOptions<never, never>;

/**
 * Checks the options given to an adapter.
 *
 * @param where - the adapter's function, for the message
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkRequestOptions(where: string, options: AnyRequestOptions): void {
  checkNames(where, options, REQUEST_OPTION_NAMES);
  if (options.otel !== undefined && options.otel !== false && typeof options.otel !== 'object') {
    invalidOption('otel', options.otel, 'false or the options of setupOtel()');
  }
  checkIgnore(options.ignore);
  checkValues(options);
}

/**
 * Checks the options given to a route.
 *
 * @param where - the place in the framework's route options, for the message
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkRouteOptions(where: string, options: AnyRouteOptions): void {
  checkNames(where, options, ROUTE_OPTION_NAMES);
  checkValues(options);
}

function checkValues(options: AnyRouteOptions): void {
  if (options.publicEndpoint !== undefined && !['boolean', 'function'].includes(typeof options.publicEndpoint)) {
    invalidOption('publicEndpoint', options.publicEndpoint, 'true, false or a function of the request');
  }
  checkHeaders(options.headers);
  checkTexts('requestAttributes', options.requestAttributes);
  checkFlag('layers', options.layers);
  checkFlag('responsePropagation', options.responsePropagation);
  checkMetrics(options.metrics);
  HOOK_NAMES.forEach((name) => checkFunction(name, options[name]));
}

function checkIgnore(ignore: AnyRequestOptions['ignore']): void {
  if (ignore === undefined) {
    return;
  }
  if (Array.isArray(ignore)) {
    checkRules('ignore', ignore);
    return;
  }
  if (typeof ignore !== 'object' || types.isRegExp(ignore)) {
    invalidOption('ignore', ignore, 'an array of paths, globs, regular expressions and functions, or an object with such requests');
  }
  const options = ignore as IgnoreOptions<never>;
  checkNames('ignore', options, IGNORE_OPTION_NAMES);
  checkRules('ignore.requests', options.requests);
  checkFlag('ignore.healthProbes', options.healthProbes);
  checkFlag('ignore.metrics', options.metrics);
}

/**
 * Checks which headers are to be recorded.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkHeaders(headers: HeaderOptions | undefined, where = 'headers'): void {
  if (headers === undefined) {
    return;
  }
  checkNames(where, headers, HEADER_OPTION_NAMES);
  HEADER_OPTION_NAMES.forEach((name) => checkPatterns(`${where}.${name}`, headers[name]));
}

function checkMetrics(metrics: RequestMetricOptions | undefined): void {
  if (metrics === undefined) {
    return;
  }
  checkNames('metrics', metrics, METRIC_OPTION_NAMES);
  checkFlag('metrics.bodySizes', metrics.bodySizes);
  checkTexts('metrics.attributes', metrics.attributes);
}

function checkRules(name: string, rules: unknown): void {
  checkList(name, rules, {
    accepts: (rule) => isPattern(rule) || typeof rule === 'function',
    allowed: 'an array of paths, globs, regular expressions and functions',
  });
}

function checkPatterns(name: string, patterns: unknown): void {
  checkList(name, patterns, { accepts: isPattern, allowed: 'an array of names, globs and regular expressions' });
}

function checkList(
  name: string,
  list: unknown,
  { accepts, allowed }: { readonly accepts: (item: unknown) => boolean; readonly allowed: string },
): void {
  if (list !== undefined && !(Array.isArray(list) && list.every(accepts))) {
    invalidOption(name, list, allowed);
  }
}

function isPattern(value: unknown): boolean {
  return types.isRegExp(value) || (typeof value === 'string' && value !== '');
}
