// Ends a span while the last flush is under way, as a server does that goes on answering.
import { setTimeout as sleep } from 'node:timers/promises';
import { setupOtel, withSpan } from '@otelier/core';

let isFirst = true;

setupOtel({
  serviceName: 'late-work',
  spanProcessors: [
    {
      onStart: () => {},
      onEnd: () => {},
      shutdown: async () => {},
      forceFlush: async () => {
        if (isFirst) {
          isFirst = false;
          await sleep(300);
          withSpan('late', () => {});
        }
      },
    },
  ],
});

withSpan('early', () => {});
setInterval(() => {}, 1000);
console.log('begun');
