import { shown, type Rule } from './sentence.js';

const MAX_PORT = 65_535;

/** What a span name may not hold: it is shown on one line. */
// The control characters are the point.
// oxlint-disable-next-line no-control-regex
const LINE_BREAKING = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** Rules about the name that HTTP and database spans share. */
export const NAME_RULES: readonly Rule[] = [
  ({ name }) => LINE_BREAKING.test(name) && `the name is more than one line: ${shown(name)}`,
];

/** Rules about addresses and ports that HTTP and database spans share. */
export const NETWORK_RULES: readonly Rule[] = ['server', 'client', 'network.peer', 'network.local'].flatMap((side) => [
  ({ attributes }) =>
    `${side}.port` in attributes && !(`${side}.address` in attributes) && `${side}.port is set without ${side}.address`,
  ({ attributes }) => {
    const port = attributes[`${side}.port`];
    return typeof port === 'number' && (port < 1 || port > MAX_PORT) && `${side}.port is no port: ${port}`;
  },
  ({ attributes }) => attributes[`${side}.address`] === '' && `${side}.address is empty`,
]);
