import { AlwaysOnSampler } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { resolved, surroundings } from '../options/known-surroundings.js';

const RATIO = 'a number from 0 to 1';
const WHOLE = 'a whole number from 1';
const PATTERN = 'a text that is not empty, or a regular expression';
const METHOD = 'a text that is not empty, or an array of such';
const OUTCOME = 'a rule with one of ratio, keep and drop';
const MILLIS = 'a number of milliseconds from 1 to 2147483647';

const wrong: readonly (readonly [sampling: unknown, name: string, shown: string, allowed: string])[] = [
  [null, 'sampling', 'null', 'an object'],
  [0.1, 'sampling', '0.1', 'an object'],
  [{ ratio: 1.1 }, 'sampling.ratio', '1.1', RATIO],
  [{ ratio: -0.1 }, 'sampling.ratio', '-0.1', RATIO],
  [{ ratio: NaN }, 'sampling.ratio', 'NaN', RATIO],
  [{ ratio: '0.1' }, 'sampling.ratio', '"0.1"', RATIO],
  [{ keepErrors: 1 }, 'sampling.keepErrors', '1', 'true or false'],
  [{ keepSlowerThanMillis: 0 }, 'sampling.keepSlowerThanMillis', '0', MILLIS],
  [{ keepSlowerThanMillis: '1s' }, 'sampling.keepSlowerThanMillis', '"1s"', MILLIS],
  [{ perSecond: 0 }, 'sampling.perSecond', '0', 'a number above 0'],
  [{ perSecond: Infinity }, 'sampling.perSecond', 'Infinity', 'a number above 0'],
  [{ limits: 5 }, 'sampling.limits', '5', 'an object'],
  [{ limits: { maxSpans: 0 } }, 'sampling.limits.maxSpans', '0', WHOLE],
  [{ limits: { maxBytes: 1.5 } }, 'sampling.limits.maxBytes', '1.5', WHOLE],
  [{ limits: { maxTraces: null } }, 'sampling.limits.maxTraces', 'null', WHOLE],
  [{ limits: { maxSpansPerTrace: Infinity } }, 'sampling.limits.maxSpansPerTrace', 'Infinity', WHOLE],
  [{ limits: { maxAgeMillis: 2 ** 31 } }, 'sampling.limits.maxAgeMillis', '2147483648', MILLIS],
  [{ rules: {} }, 'sampling.rules', 'an object', 'an array of rules'],
  [{ rules: ['/a'] }, 'sampling.rules[0]', 'the value that is set', 'an object'],
  [{ rules: [{ drop: true }, { path: '/a' }] }, 'sampling.rules[1]', 'an object', OUTCOME],
  [{ rules: [{ keep: true, ratio: 1 }] }, 'sampling.rules[0]', 'an object', OUTCOME],
  [{ rules: [{ ratio: 2 }] }, 'sampling.rules[0].ratio', '2', RATIO],
  [{ rules: [{ keep: false }] }, 'sampling.rules[0].keep', 'false', 'true'],
  [{ rules: [{ drop: 'yes' }] }, 'sampling.rules[0].drop', '"yes"', 'true'],
  [{ rules: [{ drop: true, path: '' }] }, 'sampling.rules[0].path', '""', PATTERN],
  [{ rules: [{ drop: true, route: ['/a'] }] }, 'sampling.rules[0].route', 'an array', PATTERN],
  [{ rules: [{ drop: true, host: 5 }] }, 'sampling.rules[0].host', '5', PATTERN],
  [{ rules: [{ drop: true, method: [] }] }, 'sampling.rules[0].method', 'an array', METHOD],
  [{ rules: [{ drop: true, method: /GET/ }] }, 'sampling.rules[0].method', 'an object', METHOD],
  [{ rules: [{ drop: true, attributes: [] }] }, 'sampling.rules[0].attributes', 'an array', 'an object of attributes'],
  [{ rules: [{ drop: true, attributes: { a: null } }] }, 'sampling.rules[0].attributes["a"]', 'null', `${PATTERN}, a number, true, false`],
];

describe('the sampling option', () => {
  it.each(wrong)('%j throws and names %s [S2, S3]', (sampling, name, shown, allowed) => {
    expect(() => resolveOptions({ sampling } as OtelOptions, surroundings())).toThrow(
      new TypeError(`[otelier] option ${name}: ${shown} is not allowed. Allowed: ${allowed}.`),
    );
  });

  it.each([
    [{ rate: 0.1 }, 'sampling.rate'],
    [{ limits: { spans: 1 } }, 'sampling.limits.spans'],
    [{ rules: [{ paths: ['/a'], drop: true }] }, 'sampling.rules[0].paths'],
  ])('%j throws, for there is no such option', (sampling, name) => {
    expect(() => resolveOptions({ sampling } as OtelOptions, surroundings())).toThrow(`option ${name}: there is no such option`);
  });

  verifies('S2', 'throws beside a sampler', () => {
    expect(() => resolved({}, { sampling: {}, sampler: new AlwaysOnSampler() })).toThrow(
      new TypeError('[otelier] option sampling: an object is not allowed. Allowed: one of sampling and sampler.'),
    );
  });

  verifies('S2', 'has its defaults, and the limits that are not given', () => {
    const { sampling } = resolved({}, { sampling: { keepErrors: true, limits: { maxSpans: 7, maxBytes: undefined } as never } }).options;
    expect(sampling).toEqual({
      ratio: 1,
      parentBased: true,
      keepErrors: true,
      slowMillis: Infinity,
      rules: [],
      perSecond: Infinity,
      limits: { maxTraces: 10_000, maxSpansPerTrace: 1000, maxSpans: 7, maxBytes: 33_554_432, maxAgeMillis: 30_000 },
    });
    expect(Object.isFrozen(sampling)).toBe(true);
  });

  verifies('S1', 'leaves variables that keep all or none to plain samplers', () => {
    const names = [undefined, 'always_on', 'always_off', 'parentbased_always_on', 'parentbased_always_off'];
    const settled = names.map((name) => resolved(name === undefined ? {} : { OTEL_TRACES_SAMPLER: name }).options.sampling);
    expect(settled).toEqual(names.map(() => undefined));
  });

  it.each([
    ['always_on', {}, { ratio: 1, parentBased: false }],
    ['always_off', {}, { ratio: 0, parentBased: false }],
    ['parentbased_always_off', {}, { ratio: 0, parentBased: true }],
    ['traceidratio', undefined, { ratio: 0.2, parentBased: false }],
    ['parentbased_traceidratio', undefined, { ratio: 0.2, parentBased: true }],
    ['parentbased_traceidratio', {}, { ratio: 0.2, parentBased: true }],
    ['parentbased_traceidratio', { ratio: 0.5 }, { ratio: 0.5, parentBased: true }],
  ])('takes of OTEL_TRACES_SAMPLER=%s what %j leaves open: %j [S1, S2]', (name, sampling, expected) => {
    const env = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.2' };
    expect(resolved(env, sampling === undefined ? {} : { sampling }).options.sampling).toMatchObject(expected);
  });
});
