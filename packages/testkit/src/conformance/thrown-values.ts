import type { Endpoint } from './endpoint.js';

/** What the exception event of a thrown value says. */
export interface ThrownFacts {
  readonly type: string;
  /** `undefined` when the value has none. */
  readonly message: string | undefined;
  /** The value of `error.type` when the answer is a 500. @default the type */
  readonly errorType?: string;
}

interface ThrownValue extends ThrownFacts {
  readonly create: () => unknown;
}

class UnnamedError extends Error {
  override readonly name = '';
}

/** One error object for all requests. */
const SHARED = new RangeError('shared by all requests');

/** Values that code throws, by the name under which `/errors/thrown/:value` throws them. */
const THROWN: Readonly<Record<string, ThrownValue>> = {
  'a frozen error': { create: () => Object.freeze(new RangeError('frozen')), type: 'RangeError', message: 'frozen' },
  'an error for several reasons': {
    create: () => new AggregateError([new Error('one'), new Error('two')], 'several'),
    type: 'AggregateError',
    message: 'several',
  },
  'an error with a cause': {
    create: () => new SyntaxError('outer', { cause: new TypeError('inner') }),
    type: 'SyntaxError',
    message: 'outer',
  },
  'an error that quotes a URL': {
    create: () => new RangeError('no answer from https://shop:hunter2@shop.example/?page=2&token=hunter2 yet'),
    type: 'RangeError',
    message: 'no answer from https://REDACTED:REDACTED@shop.example/?page=2&token=REDACTED yet',
  },
  'an error that is its own cause': { create: circularError, type: 'RangeError', message: 'circular' },
  'an error without a name': { create: () => new UnnamedError('unnamed'), type: 'UnnamedError', message: 'unnamed' },
  'an error whose name is no text': {
    create: () => Object.assign(new RangeError('odd'), { name: { toString: refuse } }),
    type: 'RangeError',
    message: 'odd',
  },
  'an error whose name can not be read': {
    create: () => Object.defineProperty(new RangeError('hidden'), 'name', { get: refuse }),
    type: 'RangeError',
    message: 'hidden',
  },
  'an error of enormous texts': {
    create: () => Object.assign(new Error('m'.repeat(1_000_000)), { name: 'N'.repeat(100_000) }),
    type: 'N'.repeat(256),
    message: 'm'.repeat(4096),
  },
  'an error that two requests share': { create: () => SHARED, type: 'RangeError', message: SHARED.message },
  'an object': { create: () => ({ reason: 'none' }), type: 'Object', message: undefined },
  'a text': { create: () => 'just a text', type: 'string', message: 'just a text', errorType: '500' },
  'a number': { create: () => 42, type: 'number', message: '42', errorType: '500' },
};

/** What is thrown by name, and what of it is recorded. */
export const THROWN_VALUES: Readonly<Record<string, ThrownFacts>> = THROWN;

/** The route that throws them. */
export const THROWING_ENDPOINT: Endpoint = {
  method: 'GET',
  mount: '',
  path: '/errors/thrown/:value',
  kind: 'value',
  handle: ({ params }) => {
    throw THROWN[params['value'] ?? '']?.create();
  },
};

function circularError(): Error {
  const error = new RangeError('circular');
  return Object.assign(error, { cause: error });
}

function refuse(): never {
  throw new Error('not to be read');
}
