import { channel, type ChannelListener } from 'node:diagnostics_channel';

/** Counts who subscribes to a diagnostics channel. */
export interface SubscriptionCount {
  /** How often somebody has subscribed since the count began. */
  readonly count: number;
  stop(): void;
}

/** Begins to count; who subscribes is subscribed. What earlier tests of the process have subscribed to is not counted. */
export function countSubscriptions(name: string): SubscriptionCount {
  const target = channel(name);
  let count = 0;
  const stop = (): void => void Reflect.deleteProperty(target, 'subscribe');
  const watch = (): void => {
    const subscribe = (listener: ChannelListener): void => {
      count += 1;
      // A channel that becomes active calls itself again.
      stop();
      target.subscribe(listener);
      watch();
    };
    Object.defineProperty(target, 'subscribe', { configurable: true, value: subscribe });
  };
  watch();
  return {
    get count() {
      return count;
    },
    stop,
  };
}
