import { checkFlag, checkMillis, checkNames, invalidOption, isRecord } from '../diagnostics/validation.js';
import type { SamplingLimits, SamplingOptions, SamplingRule } from './sampling-options.js';

const OPTION_NAMES = [
  'ratio',
  'keepErrors',
  'keepSlowerThanMillis',
  'rules',
  'perSecond',
  'limits',
] as const satisfies readonly (keyof SamplingOptions)[];

const RULE_NAMES = [
  'route',
  'method',
  'path',
  'host',
  'attributes',
  'ratio',
  'keep',
  'drop',
] as const satisfies readonly (keyof SamplingRule)[];

const LIMIT_NAMES = [
  'maxTraces',
  'maxSpansPerTrace',
  'maxSpans',
  'maxBytes',
  'maxAgeMillis',
] as const satisfies readonly (keyof SamplingLimits)[];

const PATTERN = 'a text that is not empty, or a regular expression';

/**
 * Checks which traces are to be exported.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkSamplingOptions(sampling: SamplingOptions | undefined, sampler: unknown): void {
  if (sampling === undefined) {
    return;
  }
  if (sampler !== undefined) {
    invalidOption('sampling', sampling, 'one of sampling and sampler');
  }
  checkNames('sampling', sampling, OPTION_NAMES);
  checkRatio('sampling.ratio', sampling.ratio);
  checkFlag('sampling.keepErrors', sampling.keepErrors);
  checkMillis('sampling.keepSlowerThanMillis', sampling.keepSlowerThanMillis, 1);
  checkPerSecond(sampling.perSecond);
  checkLimits(sampling.limits);
  checkRules(sampling.rules);
}

function checkRatio(name: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= 1)) {
    invalidOption(name, value, 'a number from 0 to 1');
  }
}

function checkPerSecond(value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && value > 0 && Number.isFinite(value))) {
    invalidOption('sampling.perSecond', value, 'a number above 0');
  }
}

function checkLimits(limits: SamplingLimits | undefined): void {
  if (limits === undefined) {
    return;
  }
  checkNames('sampling.limits', limits, LIMIT_NAMES);
  checkMillis('sampling.limits.maxAgeMillis', limits.maxAgeMillis, 1);
  for (const name of LIMIT_NAMES) {
    const value = limits[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      invalidOption(`sampling.limits.${name}`, value, 'a whole number from 1');
    }
  }
}

function checkRules(rules: unknown): void {
  if (rules === undefined) {
    return;
  }
  if (!Array.isArray(rules)) {
    invalidOption('sampling.rules', rules, 'an array of rules');
  }
  rules.forEach((rule: SamplingRule, index) => checkRule(`sampling.rules[${index}]`, rule));
}

function checkRule(where: string, rule: SamplingRule): void {
  checkNames(where, rule, RULE_NAMES);
  checkPattern(`${where}.route`, rule.route);
  checkPattern(`${where}.path`, rule.path);
  checkPattern(`${where}.host`, rule.host);
  if (rule.method !== undefined && !isMethods(rule.method)) {
    invalidOption(`${where}.method`, rule.method, 'a text that is not empty, or an array of such');
  }
  checkAttributes(`${where}.attributes`, rule.attributes);
  checkRatio(`${where}.ratio`, rule.ratio);
  for (const name of ['keep', 'drop'] as const) {
    if (rule[name] !== undefined && rule[name] !== true) {
      invalidOption(`${where}.${name}`, rule[name], 'true');
    }
  }
  if ([rule.ratio, rule.keep, rule.drop].filter((outcome) => outcome !== undefined).length !== 1) {
    invalidOption(where, rule, 'a rule with one of ratio, keep and drop');
  }
}

function checkAttributes(where: string, attributes: unknown): void {
  if (attributes === undefined) {
    return;
  }
  if (!isRecord(attributes)) {
    invalidOption(where, attributes, 'an object of attributes');
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (!isPattern(value) && typeof value !== 'boolean' && !Number.isFinite(value)) {
      invalidOption(`${where}["${name}"]`, value, `${PATTERN}, a number, true, false`);
    }
  }
}

function checkPattern(name: string, value: unknown): void {
  if (value !== undefined && !isPattern(value)) {
    invalidOption(name, value, PATTERN);
  }
}

function isPattern(value: unknown): boolean {
  return isText(value) || value instanceof RegExp;
}

function isMethods(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
