// Set-ups and shutdowns, and what they leave of the process. Argument: what somebody else does to it meanwhile.
import { setupOtel, withSpan } from '@otelier/core';

const [meanwhile] = process.argv.slice(2);

const look = () => ({
  listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
  own: ['emit', 'reallyExit'].map((name) => Object.getOwnPropertyDescriptor(process, name)),
  emit: Reflect.get(process, 'emit'),
});

const inherited = Reflect.get(process, 'emit');
const theirs = (...args) => Reflect.apply(inherited, process, args);

const doings = {
  'nothing': () => {},
  'replaces emit': () => {
    process.emit = theirs;
  },
  'puts emit back': () => {
    process.emit = theirs;
    process.emit = inherited;
  },
  'defines emit': () => Object.defineProperty(process, 'emit', { value: theirs, configurable: true, writable: true }),
};

const settings = () => [Error.stackTraceLimit, 'prepareStackTrace' in Error, new Error('shown').stack.split('\n')[0]];

Error.stackTraceLimit = 7;
const settingsBefore = settings();
const before = look();
for (let round = 0; round < 20; round += 1) {
  const otel = setupOtel({ serviceName: 'lifecycle' });
  withSpan('work', () => {});
  // Whoever asks for the method while there is something to flush is looked at.
  process.emit('news');
  doings[meanwhile]();
  await otel.shutdown();
}
const after = look();
console.log(
  JSON.stringify({
    listeners: [before.listeners, after.listeners],
    emit: after.emit === before.emit ? 'as before' : after.emit === theirs ? 'theirs' : 'another',
    isOwn: after.own[0] !== undefined,
    settings: JSON.stringify(settings()) === JSON.stringify(settingsBefore),
    isExitAsBefore: after.own[1]?.value === before.own[1]?.value,
  }),
);
