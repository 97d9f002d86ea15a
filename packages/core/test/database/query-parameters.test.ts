import { verifies } from '@otelier/testkit';
import { queryParameters } from '../../src/database/query-parameters.js';

/** What is shown of the parameters of a statement, in their order. */
const shown = (...values: unknown[]): unknown[] => Object.values(queryParameters(values));

class Card {
  readonly number = '4111';
  toPostgres(): string {
    return this.number;
  }
}

describe('the parameters of a statement', () => {
  verifies(['D4', 'X6'], 'are shown as plain values, dates, sizes and small plain objects', () => {
    expect(shown('a', 1, true, null, undefined, 2n, new Date(0), Buffer.from('abc'))).toEqual([
      'a',
      '1',
      'true',
      'null',
      'undefined',
      '2',
      '1970-01-01T00:00:00.000Z',
      '3 bytes',
    ]);
    expect(shown({ a: 1, b: ['c', null, { d: true }] }, [1, 'x'], Object.create(null), [[1n]])).toEqual([
      '{"a":1,"b":["c",null,{"d":true}]}',
      '[1,"x"]',
      '{}',
      '[[1]]',
    ]);
  });

  verifies(['D4', 'X6'], 'run no code of the application', () => {
    let runs = 0;
    const run = (): string => `${(runs += 1)}`;
    class Secret {
      toJSON = run;
      toString = run;
    }
    Object.defineProperty(Secret.prototype, 'constructor', { get: run });
    const trap = new Proxy({ a: 1 }, { get: run, ownKeys: () => [run()], getPrototypeOf: () => (run(), null) });
    const getter = Object.defineProperty({}, 'a', { get: run, enumerable: true });
    const date = Object.assign(new Date(0), { toISOString: run });
    expect(shown(new Secret(), { toJSON: run }, getter, { a: trap }, trap, date)).toEqual([
      'Object',
      'Object',
      'Object',
      'Object',
      'Object',
      '1970-01-01T00:00:00.000Z',
    ]);
    expect(runs).toBe(0);
  });

  verifies(['D4', 'X6'], 'that are large, deep or of a class are shown by its name', () => {
    const deep = [[[[[[1]]]]]];
    const circle: unknown[] = [];
    circle.push(circle);
    const list = Array.from({ length: 1000 }, (_, index) => index);
    expect(shown(new Card(), [new Card()], deep, circle, list, { text: 'x'.repeat(5000) }, new Map())).toEqual([
      'Card',
      'Array',
      'Array',
      'Array',
      'Array',
      'Object',
      'Map',
    ]);
  });

  verifies(['D4', 'X6'], 'are bounded in levels, members, characters and names', () => {
    class LongName {}
    Object.defineProperty(LongName, 'name', { value: 'x'.repeat(1000) });
    const long = 'x'.repeat(600);
    const strange = Object.create(Object.create(null) as object) as object;
    const empty = Object.assign([], { length: 65 });
    expect(shown([[[[1]]]], [[[[[1]]]]], empty, { a: long, b: long }, strange)).toEqual([
      '[[[[1]]]]',
      'Array',
      'Array',
      'Object',
      'Object',
    ]);
    expect(shown('x'.repeat(5000), new LongName())).toEqual(['x'.repeat(1024), 'x'.repeat(64)]);
  });

  verifies('X6', 'that can not be read are left out', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(queryParameters(proxy)).toEqual({});
    expect(shown(new Date(Number.NaN), Object.defineProperty([], 'length', { value: 0 }), () => {}, Symbol('a'))).toEqual(['[]']);
  });
});
