// Prints by every kind of method of the console within a span, with the ids of the span where that is asked for.
import { setupOtel, withSpan } from '@otelier/core';

if (process.argv[2] === 'correlate') {
  setupOtel({ logs: { send: false, correlateConsole: true } });
}
withSpan('work', () => {
  console.table([{ a: 1, b: 'x' }]);
  console.group('a group');
  console.log('within a group');
  console.table([{ c: 2 }]);
  console.groupEnd();
  console.groupCollapsed('another group');
  console.groupEnd();
  console.dir({ a: { b: [1] } });
  console.count('count');
  console.log('afterwards');
});
