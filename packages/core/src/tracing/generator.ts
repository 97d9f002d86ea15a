import { types } from 'node:util';
import { context, type Context } from '@opentelemetry/api';

/** Told once, when a generator has finished. */
export interface GeneratorEnd {
  succeeded(): void;
  failed(error: unknown): void;
}

type Step = 'next' | 'return' | 'throw';
type AnyGenerator = Generator | AsyncGenerator;

/**
 * Follows a generator until it has finished: each of its steps runs in the given context.
 *
 * @returns the generator to hand on in the result's place, or `undefined` when the result is no generator
 */
export function traceGenerator<T>(result: T, within: Context, end: GeneratorEnd): T | undefined {
  if (!isGenerator(result)) {
    return undefined;
  }
  const generator = result;
  const step =
    (name: Step) =>
    (...args: [unknown]): unknown =>
      follow(() => context.with(within, generator[name] as (...args: unknown[]) => unknown, generator, ...args), end);
  const steps: Record<Step, unknown> = { next: step('next'), return: step('return'), throw: step('throw') };
  const followed: T = new Proxy(result, {
    get(target, property) {
      if (Object.hasOwn(steps, property)) {
        return steps[property as Step];
      }
      const value: unknown = Reflect.get(target, property, target);
      const isIterator = property === Symbol.iterator || property === Symbol.asyncIterator;
      return isIterator && value !== undefined ? () => followed : value;
    },
  });
  return followed;
}

function follow(run: () => unknown, end: GeneratorEnd): unknown {
  const look = (item: unknown): void => {
    if ((item as IteratorResult<unknown>).done === true) {
      end.succeeded();
    }
  };
  let item: unknown;
  try {
    item = run();
  } catch (error) {
    end.failed(error);
    throw error;
  }
  if (types.isPromise(item)) {
    item.then(look, (error: unknown) => end.failed(error));
  } else {
    look(item);
  }
  return item;
}

function isGenerator(value: unknown): value is AnyGenerator & object {
  const kind = Object.prototype.toString.call(value);
  return kind === '[object Generator]' || kind === '[object AsyncGenerator]';
}
