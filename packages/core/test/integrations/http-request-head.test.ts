import type { ClientRequest } from 'node:http';
import { verifies } from '@otelier/testkit';
import { describeRequest } from '../../src/integrations/http-client/request-head.js';

const described = (request: object): ReturnType<typeof describeRequest> =>
  describeRequest({ method: 'GET', path: '/', protocol: 'http:', host: 'shop.example', ...request } as ClientRequest, undefined);

verifies(['D10', 'X6'], 'the head that Node has written is read header by header, without its first line', () => {
  const _header = 'GET http://a:1/?token=s3cret HTTP/1.1\r\nX-Own: a: b\r\nx-own:c\r\nbroken\r\n: none\r\n\r\n';
  const { headers } = described({ _header });
  expect(headers.all()).toEqual(['X-Own', 'a: b', 'x-own', 'c']);
  expect([headers.get('x-own'), headers.get('get http'), headers.get('broken')]).toEqual(['a: b, c', undefined, undefined]);
});

verifies(['D10', 'X6'], 'a request whose head can not be read has no headers', () => {
  expect([undefined, null, 7].map((_header) => described({ _header }).headers.all())).toEqual([[], [], []]);
});

const HOSTS: readonly (readonly [header: string, authority: string, isPortMissing: boolean])[] = [
  ['shop.example', 'shop.example', false],
  ['SHOP.example:8080', 'SHOP.example:8080', false],
  ['shop.example.evil:8080', 'shop.example', true],
  ['evil.example', 'shop.example', true],
];
for (const [header, authority, isPortMissing] of HOSTS) {
  verifies('D10', `the Host header ${header} makes ${authority} of shop.example`, () => {
    const { authority: made, isPortMissing: isMissing = false } = described({ _header: `GET / HTTP/1.1\r\nhost: ${header}\r\n\r\n` });
    expect([made, isMissing]).toEqual([authority, isPortMissing]);
  });
}
