import { RandomSource } from '@otelier/testkit/conformance/random-requests';

/** A pattern of a mount, and paths that it should match. */
export interface RandomMount {
  readonly pattern: string | RegExp | readonly (string | RegExp)[];
  /** The member of the pattern that the paths are for, as it is written. */
  readonly written: string;
  readonly paths: readonly string[];
}

interface Part {
  readonly text: string;
  readonly value: (random: RandomSource) => string;
}

type Segment = (random: RandomSource, name: string) => Part;

const LITERALS = ['a', 'fab', 'Cafe', 'b.c', 'e-f'] as const;
const VALUES = ['x', 'XYZ', 'xx.yy', 'h~j', '%78', '%C3%A9', '%c3%a9z', 'x%2Fy', '7', '%20', 'x-y', 'xfaby', 'Cafe'] as const;
const DIGITS = ['7', '0042', '99'] as const;

function fixed(text: string, values: readonly [string, ...string[]]): Part {
  return { text, value: (random) => random.pick(values) };
}

const literal: Segment = (random) => {
  const text = random.pick(LITERALS);
  return { text: `/${text}`, value: (other) => `/${other.below(3) === 0 ? text.toUpperCase() : text}` };
};
const parameter: Segment = (_random, name) => ({ text: `/:${name}`, value: (random) => `/${random.pick(VALUES)}` });
const twoParameters: Segment = (_random, name) => ({
  text: `/:${name}-:${name}${name}`,
  value: (random) => `/${random.pick(DIGITS)}-${random.pick(VALUES)}`,
});
const prefixed: Segment = (_random, name) => ({ text: `/v:${name}`, value: (random) => `/v${random.pick(VALUES)}` });
const several = (random: RandomSource): string =>
  Array.from({ length: 1 + random.below(3) }, () => `/${random.pick(VALUES)}`).join('');

const SEGMENTS_OF_4: readonly [Segment, ...Segment[]] = [
  literal,
  parameter,
  twoParameters,
  prefixed,
  (_random, name) => ({ text: `/:${name}?`, value: (random) => (random.below(2) === 0 ? '' : `/${random.pick(VALUES)}`) }),
  (_random, name) => ({ text: `/:${name}*`, value: several }),
  (_random, name) => fixed(`/:${name}(\\d+)`, ['/7', '/0042']),
  (_random, name) => fixed(`/:${name}(\\d*)?`, ['/7', '']),
  (_random, name) => fixed(`/u.:${name}`, ['/u.x', '/u.yy']),
  (_random, name) => fixed(`/(q:${name})?`, ['/qx', '/qh~']),
  (_random, name) => fixed(`/(o(\\d+)|p:${name})`, ['/o77', '/px']),
  () => fixed('/(\\d+)', DIGITS),
  () => fixed('/(\\w+)?', ['/xyz', '/H7']),
  () => fixed('/([^/]*)', ['/x~', '/%20']),
  () => fixed('/[^a-g]+', ['/xyz', '/7~']),
  () => fixed('/(m\\d+)', ['/m7', '/M99']),
  () => fixed('/m(\\d{2,})', ['/m77', '/m99']),
  () => fixed('/m+', ['/m', '/mm']),
  () => fixed('/k?m', ['/m', '/km']),
  () => ({ text: '/(.*)', value: (random) => several(random).replace('/', '/.') }),
  () => ({ text: '/*', value: several }),
  () => ({ text: '/m*/k', value: (random) => `/m${random.pick(VALUES)}/k` }),
];

const SEGMENTS_OF_5: readonly [Segment, ...Segment[]] = [
  literal,
  parameter,
  twoParameters,
  prefixed,
  (_random, name) => ({ text: `{/:${name}}`, value: (random) => (random.below(2) === 0 ? '' : `/${random.pick(VALUES)}`) }),
  (_random, name) => ({ text: `/m{k}/:${name}`, value: (random) => `/m${random.below(2) === 0 ? 'k' : ''}/${random.pick(VALUES)}` }),
  (_random, name) => ({ text: `/*${name}/k`, value: (random) => `${several(random)}/k` }),
  (_random, name) => ({ text: `/v*${name}/k`, value: (random) => `/v${several(random).slice(1)}/k` }),
  (_random, name) => ({ text: `/*${name}.k`, value: (random) => `${several(random)}.k` }),
  // Only the last of two parameters of one name is ever told.
  (_random, name) => ({ text: `/:${name}/o/:${name}`, value: (random) => `/${random.pick(VALUES)}/o/${random.pick(VALUES)}` }),
  (_random, name) => ({ text: `/*${name}/o/*${name}/k`, value: (random) => `${several(random)}/o${several(random)}/k` }),
];

/** Patterns of mounts as a version of Express takes them, each behind a text of its own; the same in every run. */
export function randomMounts(major: '4' | '5', count: number): readonly RandomMount[] {
  const random = new RandomSource(major === '4' ? 404 : 505);
  return Array.from({ length: count }, (_item, index) => randomMount(random, major, index));
}

function randomMount(random: RandomSource, major: '4' | '5', index: number): RandomMount {
  const prefix = `/n${index.toString(6).replace(/./g, (digit) => 'abcdef'.charAt(Number(digit)))}n`;
  const kinds = major === '4' ? SEGMENTS_OF_4 : SEGMENTS_OF_5;
  const parts = Array.from({ length: 1 + random.below(3) }, (_item, at) =>
    random.pick(kinds)(random, `r${'st'.charAt(at % 2)}${'uvw'.charAt(at)}`),
  );
  const written = prefix + parts.map(({ text }) => text).join('');
  const paths = Array.from({ length: 4 }, () => prefix + parts.map(({ value }) => value(random)).join(''));
  const expression = new RegExp(`^${prefix}e([xyz]+|\\d+)`);
  switch (random.below(6)) {
    case 0:
      return { pattern: expression, written: expression.source, paths: [`${prefix}exyz`, `${prefix}e77`] };
    case 1:
      return { pattern: [`${prefix}/l/:l`, expression, written], written, paths };
    default:
      return { pattern: written, written, paths };
  }
}
