import { errorMonitor, EventEmitter } from 'node:events';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { keepContextInEvents, watchEvents } from '../../src/http/event-context.js';

const KEY = createContextKey('test');
const WITHIN = ROOT_CONTEXT.setValue(KEY, 'kept');

/** An emitter of the request's, and what its listeners find to be the context, event by event. */
function keptEmitter(): { emitter: EventEmitter; found: unknown[] } {
  const emitter = new EventEmitter();
  const found: unknown[] = [];
  keepContextInEvents(emitter, WITHIN);
  for (const name of ['data', 'close']) {
    emitter.on(name, (...args: unknown[]) => found.push([name, context.active().getValue(KEY), ...args]));
  }
  return { emitter, found };
}

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

describe('the events of a request', () => {
  it('reach their listeners in its context, with all their arguments', () => {
    const { emitter, found } = keptEmitter();
    expect(emitter.emit('data', 1, 2)).toBe(true);
    expect(emitter.emit('nobody listens to this')).toBe(false);
    expect(found).toEqual([['data', 'kept', 1, 2]]);
  });

  it('come in its context also from a place that is in another', () => {
    const { emitter, found } = keptEmitter();
    context.with(WITHIN.setValue(KEY, 'other'), () => emitter.emit('data'));
    context.with(WITHIN, () => emitter.emit('data'));
    expect(found).toEqual([['data', 'kept'], ['data', 'kept']]);
  });

  it('leave the emitter as it was when it closes', () => {
    const { emitter, found } = keptEmitter();
    emitter.emit('close');
    emitter.emit('data');
    expect(found).toEqual([['close', 'kept'], ['data', undefined]]);
    expect(emitter.emit).toBe(EventEmitter.prototype.emit);
  });

  it('go through an emit that was there before, and through one that is put there later', () => {
    const emitter = new EventEmitter();
    const seen: string[] = [];
    const wrap = (by: string): void => {
      const { emit } = emitter;
      emitter.emit = function (...event) {
        seen.push(`${by}: ${String(event[0])} ${String(context.active().getValue(KEY))}`);
        return emit.apply(this, event);
      };
    };
    wrap('before');
    keepContextInEvents(emitter, WITHIN);
    wrap('later');
    emitter.emit('close');
    emitter.emit('data');
    expect(seen).toEqual(['later: close undefined', 'before: close kept', 'later: data undefined', 'before: data kept']);
  });

  it('go through an emit that is put into all emitters later, whether anybody listens or not', () => {
    const { emit } = EventEmitter.prototype;
    const seen: unknown[] = [];
    EventEmitter.prototype.emit = function (...event) {
      seen.push(event[0]);
      return emit.apply(this, event);
    };
    try {
      const { emitter } = keptEmitter();
      emitter.emit('nobody listens to this');
      emitter.emit('data');
    } finally {
      EventEmitter.prototype.emit = emit;
    }
    expect(seen).toEqual(['nobody listens to this', 'data']);
  });

  it('are told to who looks on at errors, and an error of which nobody hears is thrown', () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    keepContextInEvents(emitter, WITHIN);
    expect(() => emitter.emit('error', new RangeError('unheard'))).toThrow('unheard');
    emitter.on(errorMonitor, (error: Error) => seen.push([error.message, context.active().getValue(KEY)]));
    expect(() => emitter.emit('error', new RangeError('looked at'))).toThrow('looked at');
    expect(seen).toEqual([['looked at', 'kept']]);
  });

  it('come in the context that was kept first', () => {
    const { emitter, found } = keptEmitter();
    keepContextInEvents(emitter, WITHIN.setValue(KEY, 'kept later'));
    emitter.emit('data');
    expect(found).toEqual([['data', 'kept']]);
  });

  it('work on an object that is made of the request, and on a proxy for it', () => {
    const { emitter, found } = keptEmitter();
    expect(Object.create(emitter).emit('data', 'made')).toBe(true);
    expect(new Proxy(emitter, {}).emit('data', 'proxy')).toBe(true);
    expect(found).toEqual([['data', 'kept', 'made'], ['data', undefined, 'proxy']]);
  });
});

describe('a watch', () => {
  it('sees an event that it minds before all listeners, in their context, and is none of them', () => {
    const { emitter, found } = keptEmitter();
    watchEvents(emitter, {
      minds: (_from, name) => name === 'data',
      see: (from, ...event) => found.push(['watch', from === emitter, context.active().getValue(KEY), ...event]),
    });
    expect(emitter.listenerCount('data')).toBe(1);
    emitter.emit('data', 1);
    emitter.emit('end');
    emitter.removeAllListeners();
    emitter.emit('data', 2);
    expect(found).toEqual([['watch', true, 'kept', 'data', 1], ['data', 'kept', 1], ['watch', true, 'kept', 'data', 2]]);
  });

  it('sees nothing behind the close', () => {
    const { emitter } = keptEmitter();
    const see = jest.fn();
    watchEvents(emitter, { minds: () => true, see });
    emitter.emit('close');
    emitter.emit('close');
    expect(see.mock.calls).toEqual([[emitter, 'close', undefined]]);
  });
});
