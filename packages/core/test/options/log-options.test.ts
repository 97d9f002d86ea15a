import { verifies } from '@otelier/testkit';
import { resolveLogOptions } from '../../src/options/resolve-log-options.js';
import type { LogOptions } from '../../src/options/log-options.js';

const DEFAULTS = { correlation: true, correlateConsole: false, send: true, level: 'info', body: 'text' };

const CASES: readonly (readonly [boolean | LogOptions | undefined, object])[] = [
  [undefined, { ...DEFAULTS, send: false }],
  [true, DEFAULTS],
  [false, { ...DEFAULTS, correlation: false, send: false }],
  [{}, DEFAULTS],
  [{ level: 'debug', body: 'json' }, { ...DEFAULTS, level: 'debug', body: 'json' }],
  [{ send: false, correlateConsole: true }, { ...DEFAULTS, send: false, correlateConsole: true }],
  [{ correlation: false, level: undefined }, { ...DEFAULTS, correlation: false }],
] as const;

const WRONG: readonly (readonly [unknown, string])[] = [
  ['yes', 'option logs: "yes" is not allowed. Allowed: true, false or an object.'],
  [null, 'option logs: null is not allowed. Allowed: true, false or an object.'],
  [[], 'option logs: an array is not allowed. Allowed: true, false or an object.'],
  [{ level: 'verbose' }, 'option logs.level: "verbose" is not allowed. Allowed: trace, debug, info, warn, error, fatal.'],
  [{ body: 'xml' }, 'option logs.body: "xml" is not allowed. Allowed: text, json.'],
  [{ send: 1 }, 'option logs.send: 1 is not allowed. Allowed: true or false.'],
  [{ correlation: 'on' }, 'option logs.correlation: "on" is not allowed. Allowed: true or false.'],
  [{ correlateConsole: 'on' }, 'option logs.correlateConsole: "on" is not allowed. Allowed: true or false.'],
  [{ levels: 'info' }, 'option logs.levels: there is no such option. Allowed: correlation, correlateConsole, send, level, body.'],
];

describe('the option logs', () => {
  verifies(['L1', 'L2', 'L3'], 'correlates by default, and sends where that is wanted', () => {
    expect(CASES.map(([given]) => resolveLogOptions(given))).toEqual(CASES.map(([, settled]) => settled));
    expect(Object.isFrozen(resolveLogOptions({}))).toBe(true);
  });

  it('throws a TypeError that names what is wrong and what is allowed', () => {
    for (const [given, message] of WRONG) {
      expect(() => resolveLogOptions(given as LogOptions)).toThrow(new TypeError(`[otelier] ${message}`));
    }
  });
});
