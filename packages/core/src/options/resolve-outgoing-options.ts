import { types } from 'node:util';
import { checkFlag, checkNames, invalidOption } from '../diagnostics/validation.js';
import { createHeaderCapture, type HeaderCapture } from '../redaction/header-capture.js';
import type { EnvReader } from './variables/env-reader.js';
import type { OutgoingHeaderOptions, OutgoingOptions, OutgoingPredicate, OutgoingRule } from './outgoing-options.js';
import { createOutgoingRules, isOutgoingText } from './outgoing-rules.js';
import { checkHeaders } from './request-option-checks.js';
import type { ResolvedOutgoingOptions } from './resolved-options.js';

const OPTION_NAMES = ['propagateTo', 'ignore', 'rootRequests', 'headers'] as const satisfies readonly (keyof OutgoingOptions)[];
const RULES = 'an array of hosts, URLs without a query, regular expressions and functions';

const always: OutgoingPredicate = () => true;
const never: OutgoingPredicate = () => false;
const NO_HEADERS: HeaderCapture = Object.freeze(createHeaderCapture({}));

/**
 * Checks what is to be done with outgoing requests.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkOutgoingOptions(outgoing: OutgoingOptions | false | undefined): void {
  if (outgoing === undefined || outgoing === false) {
    return;
  }
  if (typeof outgoing !== 'object' || outgoing === null) {
    invalidOption('outgoing', outgoing, 'false or an object');
  }
  checkNames('outgoing', outgoing, OPTION_NAMES);
  checkRules('outgoing.propagateTo', outgoing.propagateTo);
  checkRules('outgoing.ignore', outgoing.ignore);
  checkFlag('outgoing.rootRequests', outgoing.rootRequests);
  checkHeaders(outgoing.headers, 'outgoing.headers');
}

/**
 * Settles what is done with outgoing requests.
 *
 * @throws TypeError for a wrong option; a wrong variable becomes a problem and is left out
 */
export function resolveOutgoingOptions(
  given: OutgoingOptions | false | undefined,
  env: EnvReader,
): ResolvedOutgoingOptions {
  checkOutgoingOptions(given);
  const { propagateTo, ignore, rootRequests = true, headers } = given === false ? {} : (given ?? {});
  const capture = resolveHeaders(headers, env);
  return Object.freeze({
    enabled: given !== false,
    propagatesTo: propagateTo === undefined ? always : createOutgoingRules('outgoing.propagateTo', propagateTo),
    isIgnored: ignore === undefined ? never : createOutgoingRules('outgoing.ignore', ignore),
    rootRequests,
    headers: capture,
    capturesHeaders: capture !== NO_HEADERS,
  });
}

function resolveHeaders(given: OutgoingHeaderOptions = {}, env: EnvReader): HeaderCapture {
  const whole = { ignoreCase: true, whole: true };
  const prefix = 'OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS';
  const request = given.request ?? env.patterns(`${prefix}_CLIENT_REQUEST`, whole);
  const response = given.response ?? env.patterns(`${prefix}_CLIENT_RESPONSE`, whole);
  if (request.length === 0 && response.length === 0) {
    return NO_HEADERS;
  }
  const sanitize = [...(given.sanitize ?? []), ...env.patterns(`${prefix}_SANITIZE_FIELDS`, { ignoreCase: true })];
  return Object.freeze(createHeaderCapture({ request, response, sanitize }));
}

function checkRules(name: string, rules: readonly OutgoingRule[] | undefined): void {
  if (rules !== undefined && !(Array.isArray(rules) && rules.every(isRule))) {
    invalidOption(name, rules, RULES);
  }
}

function isRule(rule: unknown): boolean {
  return typeof rule === 'function' || types.isRegExp(rule) || (typeof rule === 'string' && isOutgoingText(rule));
}
