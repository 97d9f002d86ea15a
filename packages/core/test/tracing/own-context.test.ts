import { createContextKey, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import { contextOfRequest, contextWithSpan, FIELD_KEYS, ownContext } from '../../src/tracing/own-context.js';
import { requestScope, withRequestScope, type RequestScope } from '../../src/tracing/request-scope.js';
import { SeededRandom } from '../sql/seeded-random.js';

const OTHER_KEYS = [createContextKey('one'), createContextKey('two'), Symbol('three')];
const KEYS = [...Object.values(FIELD_KEYS), ...OTHER_KEYS];
const VALUES = [undefined, null, 0, '', false, 'text', { an: 'object' }];

const span = () => trace.wrapSpanContext({ ...INVALID_SPAN_CONTEXT });
const scope = (): RequestScope => ({ ignored: false, attributes: undefined, setAttributes: () => {} });
const valuesOf = (within: Context): unknown[] => KEYS.map((key) => within.getValue(key));

describe('a context of core', () => {
  it('behaves as the contexts of the API do, whatever is set and deleted, and never changes', () => {
    const random = new SeededRandom(11);
    const made: { readonly own: Context; readonly reference: Context }[] = [{ own: ownContext(ROOT_CONTEXT), reference: ROOT_CONTEXT }];
    for (let step = 0; step < 3000; step += 1) {
      const { own, reference } = random.pick(made);
      const key = random.pick(KEYS);
      const value = VALUES[random.below(VALUES.length)];
      made.push(
        random.below(3) === 0
          ? { own: own.deleteValue(key), reference: reference.deleteValue(key) }
          : { own: own.setValue(key, value), reference: reference.setValue(key, value) },
      );
    }
    for (const { own, reference } of made) {
      expect(valuesOf(own)).toEqual(valuesOf(reference));
    }
  });

  it('has all values of the context that it was made of', () => {
    const filled = KEYS.reduce<Context>((within, key, index) => within.setValue(key, `value ${index}`), ROOT_CONTEXT);

    expect(valuesOf(ownContext(filled))).toEqual(valuesOf(filled));
    expect(valuesOf(ownContext(filled).deleteValue(FIELD_KEYS.span))).toEqual(valuesOf(filled.deleteValue(FIELD_KEYS.span)));
  });

  it('is the same one when it is asked for twice', () => {
    const own = ownContext(ROOT_CONTEXT);

    expect(ownContext(own)).toBe(own);
  });

  it('is read and written by the API, by @opentelemetry/core and by core alike', () => {
    const [first, second, own] = [span(), span(), scope()];
    const metadata = { type: RPCType.HTTP, span: second } as const;
    const within = withRequestScope(setRPCMetadata(trace.setSpan(ownContext(ROOT_CONTEXT), first), metadata), own);

    expect(trace.getSpan(within)).toBe(first);
    expect([getRPCMetadata(within), requestScope(within)]).toEqual([metadata, own]);
    expect(trace.getSpan(contextWithSpan(within, second))).toBe(second);
    expect(trace.getSpan(within)).toBe(first);
  });

  it('takes span, request scope and RPC metadata of a request at once, beside what is there', () => {
    const [key = Symbol('none')] = OTHER_KEYS;
    const [own, requestSpan] = [scope(), span()];
    const rpcMetadata = { type: RPCType.HTTP, span: requestSpan };
    const within = contextOfRequest(ROOT_CONTEXT.setValue(key, 'kept'), { span: requestSpan, requestScope: own, rpcMetadata });

    expect(trace.getSpan(within)).toBe(requestSpan);
    expect(requestScope(within)).toBe(own);
    expect(getRPCMetadata(within)).toBe(rpcMetadata);
    expect(within.getValue(key)).toBe('kept');
  });

  it('does not grow when copies of the package set values on each other’s contexts in turn', async () => {
    let others = contextWithSpan;
    await jest.isolateModulesAsync(async () => {
      ({ contextWithSpan: others } = await import('../../src/tracing/own-context.js'));
    });
    expect(others).not.toBe(contextWithSpan);
    let within = contextWithSpan(ROOT_CONTEXT, span());
    for (let turn = 0; turn < 20_000; turn += 1) {
      within = turn % 2 === 0 ? others(within, span()) : contextWithSpan(within, span());
    }
    const [key = Symbol('none')] = OTHER_KEYS;

    // A chain of so many contexts would not be walked to its end.
    expect(within.setValue(key, 'there').getValue(key)).toBe('there');
    expect(ROOT_CONTEXT.getValue(FIELD_KEYS.span)).toBeUndefined();
  });
});
