import { verifies } from '@otelier/testkit';
import { plainFields } from '../../src/logs/plain-value.js';

const circular: Record<string, unknown> = { name: 'ring' };
circular['self'] = circular;

const throwing = {
  get broken(): never {
    throw new Error('no');
  },
  whole: 1,
};

const CASES: readonly (readonly [string, unknown, unknown])[] = [
  ['texts, numbers and truth values', { a: 'x', b: 1.5, c: false }, { a: 'x', b: 1.5, c: false }],
  ['lists and objects in each other', [{ a: [1, null, undefined] }], [{ a: [1, null, null] }]],
  ['what is not there', { a: undefined, b: null, c: () => {} }, {}],
  ['a circle', circular, { name: 'ring', self: '[Circular]' }],
  ['a getter that throws', throwing, { broken: '[Unreadable]', whole: 1 }],
  ['whole numbers of any length', [1n, 2n ** 80n], ['1', '[BigInt]']],
  ['symbols', Symbol('s'), 'Symbol(s)'],
  ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', null]],
  ['errors', new RangeError('x'), { type: 'RangeError', message: 'x' }],
  ['maps and sets', [new Map<unknown, unknown>([['a', 1], [{}, 2]]), new Set([1])], ["Map(2) { 'a' => 1, {} => 2 }", 'Set(1) { 1 }']],
  ['secrets in maps', new Map([['password', 'a'], ['link', 'http://u:p@host/']]), "Map(2) { 'password' => 'REDACTED', 'link' => 'http://REDACTED:REDACTED@host/' }"],
  ['bytes', [Buffer.from('abc'), new ArrayBuffer(2)], ['[3 bytes]', '[2 bytes]']],
  ['URLs and expressions', [new URL('http://u:p@host/?token=x'), /a/g], ['http://REDACTED:REDACTED@host/?token=REDACTED', '/a/g']],
  ['toJSON that throws', { toJSON: () => { throw new Error('no'); } }, '[Unreadable]'],
  ['toJSON that returns itself', { toJSON() { return this; } }, '[Circular]'],
  ['secrets', { password: 'a', nested: { Authorization: ['b'], cookie: { c: 1 } }, link: 'http://h/?sig=1' }, { password: 'REDACTED', nested: { Authorization: 'REDACTED', cookie: 'REDACTED' }, link: 'http://h/?sig=REDACTED' }],
  ['__proto__ as a name', JSON.parse('{"__proto__":{"polluted":1}}'), JSON.parse('{"__proto__":{"polluted":1}}')],
];

const endless = new Proxy({}, { get: () => endless, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }) });
const closed = new Proxy({}, { getPrototypeOf: () => { throw new Error('closed'); } });

describe('the fields of a record', () => {
  verifies('L2', 'are copied whatever they hold', () => {
    expect(CASES.map(([, value]) => plainFields({ value })['value'])).toEqual(
      CASES.map(([name, , expected]) => (name === 'what is not there' ? {} : expected)),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  verifies('L2', 'are left out where their text does not stand in the line that is written of them', () => {
    const fields = {
      shown: 'yes',
      hidden: 'no',
      nested: { hidden: 'no', list: ['no', 'yes', 7] },
      gone: [{ hidden: 'no' }],
      errors: [new Error('yes'), new Error('no')],
      maps: [new Map([['a', 'yes']]), new Map([['a', 'no']])],
      patterns: [/yes/, /no/],
      truth: [true, false],
    };
    expect(plainFields(fields, "7 is yes, true, /yes/, Map(1) { 'a' => 'yes' }")).toEqual({
      shown: 'yes',
      nested: { list: ['yes', 7] },
      errors: [{ type: 'Error', message: 'yes' }],
      maps: ["Map(1) { 'a' => 'yes' }"],
      patterns: ['/yes/'],
      truth: [true],
    });
    expect(plainFields({ late: 'yes' }, `${' '.repeat(65_536)}yes`)).toEqual({});
  });

  verifies('L2', 'are bounded in depth, number and length', () => {
    const deep = JSON.parse('{"a":'.repeat(50) + '1' + '}'.repeat(50)) as object;
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_value, index) => [`k${index}`, { a: index, b: [index] }]));
    const long = { a: 'x'.repeat(1_000_000), b: Array.from({ length: 100 }, () => 'y'.repeat(20_000)), ['k'.repeat(1000)]: 1 };
    const sizes = [deep, wide, long, endless].map((value) => JSON.stringify(plainFields({ value })).length);
    expect(sizes.every((size) => size < 200_000)).toBe(true);
    expect(JSON.stringify(plainFields({ value: deep }))).toContain('[Truncated]');
    expect(Object.keys(plainFields(wide)).length).toBeLessThanOrEqual(128);
    expect(JSON.stringify(plainFields(wide)).length).toBeGreaterThan(1000);
    const many = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 1));
    expect(JSON.stringify(plainFields({ many })).match(/1/g)?.length).toBeLessThan(1000);
    expect(plainFields({ a: 'x'.repeat(1_000_000) })['a']).toHaveLength(16_384);
    expect(plainFields({ closed })).toEqual({ closed: '[Unreadable]' });
  });
});
