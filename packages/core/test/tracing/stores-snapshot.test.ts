import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { verifies } from '@otelier/testkit';
import { runFrom, takeStores } from '../../src/tracing/stores-snapshot';

describe('a storage that is entered and left without copies', () => {
  const store = new AsyncLocalStorage<string>();
  const other = new AsyncLocalStorage<string>();

  function inside<T>(value: string, fn: () => T): T {
    const outside = takeStores();
    return outside === undefined ? store.run(value, fn) : runFrom(outside, { store, value }, fn);
  }

  verifies('R12', 'holds its value within the call, and after it what it held before', () => {
    expect(inside('a', () => [store.getStore(), inside('b', () => store.getStore()), store.getStore()])).toEqual(['a', 'b', 'a']);
    expect(store.getStore()).toBeUndefined();
  });

  verifies('R12', 'leaves the values of other storages as they are within the call', () => {
    other.run('theirs', () => {
      expect(inside('a', () => other.getStore())).toBe('theirs');
      inside('a', () => other.run('inner', () => expect([store.getStore(), other.getStore()]).toEqual(['a', 'inner'])));
      expect([store.getStore(), other.getStore()]).toEqual([undefined, 'theirs']);
    });
  });

  verifies('R12', 'is left when the call throws', () => {
    expect(() =>
      inside('a', () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.getStore()).toBeUndefined();
  });

  verifies('R12', 'holds its value in what the call has begun', async () => {
    const later = inside('a', async () => {
      await turn();
      return store.getStore();
    });
    expect(store.getStore()).toBeUndefined();
    expect(await later).toBe('a');
  });

  verifies('R12', 'can be left for what it held outside', () => {
    const outside = other.run('outer', takeStores);
    const look = (): unknown[] => [store.getStore(), other.getStore()];
    const seen = inside('a', () => other.run('inner', () => outside?.runInAsyncScope(look) ?? [undefined, 'outer']));
    expect(seen).toEqual([undefined, 'outer']);
  });
});
