import { expectFailure, expectSpan, findProblems } from '../runner/expectation.mjs';
import { sampleTrace, type SampleSpan } from './sample-trace';

const root: SampleSpan = { id: '1', service: 'shop', name: 'GET /broken', kind: 'SERVER' };
const call: SampleSpan = { id: '2', parent: '1', service: 'shop', name: 'GET inventory' };
const query: SampleSpan = { id: '3', parent: '2', service: 'inventory', name: 'SELECT shop.products', kind: 'CLIENT' };
const expected = expectSpan('shop', 'GET /broken', [
  expectSpan('shop', 'GET inventory', [expectSpan('inventory', 'SELECT shop.products')]),
]);

describe('what is expected of a trace', () => {
  it('finds nothing wrong with a trace that has every expected span and further ones', () => {
    const further: SampleSpan = { id: '9', parent: '2', service: 'inventory', name: 'pg-pool.connect' };

    expect(findProblems(sampleTrace([query, further, call, root]), expected)).toEqual([]);
  });

  it('finds a span that is missing', () => {
    expect(findProblems(sampleTrace([call, root]), expected)).toEqual([
      '"SELECT shop.products" of inventory is missing beneath "GET inventory" of shop',
    ]);
  });

  it('finds a span that lies beneath another one than it should', () => {
    const elsewhere = { ...query, parent: '1' };

    expect(findProblems(sampleTrace([elsewhere, call, root]), expected)).toEqual([
      '"SELECT shop.products" of inventory is missing beneath "GET inventory" of shop',
    ]);
  });

  it('finds a trace that is torn apart', () => {
    const torn = { ...query, parent: 'lost' };

    expect(findProblems(sampleTrace([torn, call, root]), expected)).toEqual([
      expect.stringMatching(/^it is not one tree; .*"SELECT shop.products" of inventory/),
    ]);
  });

  it('finds another root, and no span at all', () => {
    expect(findProblems(sampleTrace([{ ...root, name: 'GET' }]), expected)).toEqual([
      'its root is "GET" of shop, not "GET /broken" of shop',
    ]);
    expect(findProblems(sampleTrace([]), expected)).toEqual(['no span has come']);
  });

  it('finds an error where none is expected, and none where one is', () => {
    const failing = { ...root, error: { type: 'Error', message: 'no' } };

    expect(findProblems(sampleTrace([failing]), expectSpan('shop', 'GET /broken'))).toEqual([
      '"GET /broken" of shop is an error',
    ]);
    expect(findProblems(sampleTrace([failing]), expectFailure('shop', 'GET /broken'))).toEqual([]);
    expect(findProblems(sampleTrace([root]), expectFailure('shop', 'GET /broken'))).toEqual([
      '"GET /broken" of shop is no error',
      '"GET /broken" of shop does not tell the exception',
    ]);
  });
});
