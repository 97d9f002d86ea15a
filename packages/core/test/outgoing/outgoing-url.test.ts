import { verifies } from '@otelier/testkit';
import type { OutgoingCall } from '../../src/outgoing/outgoing-call.js';
import { outgoingUrl, recordedUrl, withPort } from '../../src/outgoing/outgoing-url.js';

const headers = { get: () => undefined, all: () => ({}) };
const call = (given: Partial<OutgoingCall>): OutgoingCall => ({
  method: 'GET',
  scheme: 'http',
  authority: 'shop.example:8080',
  path: '/',
  headers,
  settable: undefined,
  ...given,
});

const rows: readonly (readonly [title: string, given: Partial<OutgoingCall>, url: string, isPortOpen: boolean])[] = [
  ['a target in origin form', { path: '/a?b' }, 'http://shop.example:8080/a?b', false],
  ['a target that is a query alone', { path: '?b' }, 'http://shop.example:8080?b', false],
  ['the target of a server as a whole', { method: 'OPTIONS', path: '*' }, 'http://shop.example:8080/', false],
  ['a whole URL', { path: 'https://other.example/a', isPortMissing: true }, 'https://other.example/a', false],
  ['a tunnel', { method: 'CONNECT', path: 'db.example:443', isPortMissing: true }, 'http://db.example:443/', false],
  ['a tunnel without a name', { method: 'CONNECT', path: '/' }, 'http://shop.example:8080/', false],
  ['an authority without its port', { authority: 'shop.example', isPortMissing: true }, 'http://shop.example/', true],
  ['an authority that can not be read', { authority: 'a b', path: '/c' }, 'http://unknown/c', false],
  ['an address', { authority: '[::1]:3000', path: '/c' }, 'http://[::1]:3000/c', false],
];
for (const [title, given, text, isPortOpen] of rows) {
  verifies(['D10', 'X6'], `the URL of ${title} is ${text}`, () => {
    expect(outgoingUrl(call(given))).toMatchObject({ text, isPortOpen });
  });
}

verifies('D10', 'a port that becomes known is put into the URL, but for the default one', () => {
  const open = (authority: string, scheme: 'http' | 'https'): ReturnType<typeof outgoingUrl> =>
    outgoingUrl(call({ authority, scheme, path: '/a', isPortMissing: true }));
  expect(withPort(open('shop.example', 'http'), 3000)).toMatchObject({ port: 3000, text: 'http://shop.example:3000/a', isPortOpen: false });
  expect(withPort(open('[::1]', 'http'), 3000).text).toBe('http://[::1]:3000/a');
  expect(withPort(open('shop.example', 'https'), 443).text).toBe('https://shop.example/a');
});

verifies(['D10', 'X6'], 'a URL that can not be read is recorded as its origin', () => {
  const url = outgoingUrl(call({ authority: 'a%zz', path: '/b' }));
  expect([url.address, recordedUrl(url)]).toEqual(['a%zz', 'http://a%zz/']);
});
