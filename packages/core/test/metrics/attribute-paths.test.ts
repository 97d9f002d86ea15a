import { verifies } from '@otelier/testkit';
import { AttributePaths } from '../../src/metrics/attribute-paths.js';

describe('paths of attributes', () => {
  verifies('M8', 'lead to what was remembered for the same names, values and order', () => {
    const paths = new AttributePaths<string>(10);
    paths.add({ a: 1, b: 'x' }, 'one');
    paths.add({ a: 1 }, 'shorter');
    paths.add({}, 'empty');
    expect(paths.find({ a: 1, b: 'x' })).toBe('one');
    expect(paths.find({ a: 1 })).toBe('shorter');
    expect(paths.find({})).toBe('empty');
    for (const other of [{ b: 'x', a: 1 }, { a: '1', b: 'x' }, { a: 1, b: 'x', c: true }, { b: 1 }, { a: undefined }]) {
      expect(paths.find(other)).toBeUndefined();
    }
  });

  verifies('M8', 'are not made for lists, which are other objects each time', () => {
    const paths = new AttributePaths<string>(1);
    const list = ['x'];
    paths.add({ list }, 'list');
    expect(paths.find({ list })).toBeUndefined();
    paths.add({ a: 1 }, 'there is room still');
    expect(paths.find({ a: 1 })).toBe('there is room still');
  });

  verifies('M8', 'are bounded in number', () => {
    const paths = new AttributePaths<number>(3);
    for (let index = 0; index < 10; index += 1) {
      paths.add({ index }, index);
    }
    expect([0, 1, 2, 3, 4].map((index) => paths.find({ index }))).toEqual([0, 1, 2, undefined, undefined]);
  });
});
