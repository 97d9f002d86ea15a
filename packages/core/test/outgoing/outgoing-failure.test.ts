import { verifies } from '@otelier/testkit';
import { failureType } from '../../src/outgoing/outgoing-failure.js';

const hidden = {
  get code(): string {
    throw new Error('mine');
  },
  get message(): string {
    throw new Error('mine');
  },
};
const abort = (): unknown => {
  const controller = new AbortController();
  controller.abort();
  return controller.signal.reason;
};

const rows: readonly (readonly [title: string, error: unknown, unanswered: string, answered: string | undefined])[] = [
  ['an error with a code', Object.assign(new Error('no'), { code: 'ECONNRESET' }), 'ECONNRESET', 'ECONNRESET'],
  ['an object with a code', { code: 'ECONNRESET' }, 'ECONNRESET', 'ECONNRESET'],
  ['an error with a class', new TypeError('no'), 'TypeError', 'TypeError'],
  ['an error of the web', abort(), 'AbortError', 'AbortError'],
  ['an error with a hostile name', Object.assign(new Error('no'), { name: 'a b' }), '_OTHER', '_OTHER'],
  ['a text', 'Response object has been garbage collected', '_OTHER', undefined],
  ['nothing', undefined, '_OTHER', undefined],
  ['null', null, '_OTHER', undefined],
  ['a number', 7, '_OTHER', undefined],
  ['a function', () => {}, '_OTHER', undefined],
  ['an object that hides everything', hidden, '_OTHER', undefined],
];
for (const [title, error, unanswered, answered] of rows) {
  verifies(['D10', 'X6'], `a request that ends with ${title} is ${unanswered}, and ${String(answered)} with an answer`, () => {
    expect([failureType(error), failureType(error, true)]).toEqual([unanswered, answered]);
  });
}
