import { verifies } from '@otelier/testkit';
import { resultAttributes } from '../../src/http/facts/result-attributes.js';
import { userAgentPart } from '../../src/http/facts/client-part.js';
import { peerPart } from '../../src/http/facts/peer-part.js';
import { RequestAttributes } from '../../src/http/facts/request-attributes.js';
import type { RequestFacts } from '../../src/http/facts/request-facts.js';
import { serverPart } from '../../src/http/facts/server-part.js';
import { SharedAttributes } from '../../src/tracing/attribute-parts.js';
import { settleRequestOptions } from '../../src/adapter.js';

const FACTS: RequestFacts = { scheme: 'http', host: 'shop.example:8080', clientAddress: undefined };
const METHOD = { name: 'GET', original: undefined, spanName: 'GET' };
const { headers: NO_CAPTURE } = settleRequestOptions('test', {});

interface Connection {
  remoteAddress: string | undefined;
  remotePort: number | undefined;
}

/** The attributes of a request over a connection, behind a proxy where a client is told. */
function arriving(socket: Connection | null, clientAddress: string | undefined): RequestAttributes {
  const head = { headers: {}, rawHeaders: [], httpVersion: '1.1', httpVersionMajor: 1, socket };
  return new RequestAttributes({
    head,
    method: METHOD,
    target: { path: '/', query: undefined },
    facts: { ...FACTS, clientAddress },
    headers: NO_CAPTURE,
  });
}

describe('what requests have in common', () => {
  verifies('Q1', 'is the same object for the same server, and another one for any other method, scheme, name or version', () => {
    const known = serverPart('GET', FACTS, '1.1');
    expect(serverPart('GET', { ...FACTS }, '1.1')).toBe(known);
    const others = [
      serverPart('PUT', FACTS, '1.1'),
      serverPart('GET', { ...FACTS, scheme: 'https' }, '1.1'),
      serverPart('GET', { ...FACTS, host: 'shop.example' }, '1.1'),
      serverPart('GET', { ...FACTS, host: undefined }, '1.1'),
      serverPart('GET', FACTS, '1.0'),
      serverPart('GET', FACTS, undefined),
    ];
    const base = { 'http.request.method': 'GET', 'url.scheme': 'http', 'server.address': 'shop.example', 'server.port': 8080 };
    const version = { 'network.protocol.version': '1.1' };
    expect([known, ...others].map(({ shared }) => shared)).toEqual([
      { ...base, ...version },
      { ...base, ...version, 'http.request.method': 'PUT' },
      { ...base, ...version, 'url.scheme': 'https' },
      { ...base, ...version, 'server.port': 80 },
      { 'http.request.method': 'GET', 'url.scheme': 'http', ...version },
      { ...base, 'network.protocol.version': '1.0' },
      base,
    ]);
  });

  verifies('Q1', 'is the same for the same route and status, and nothing else', () => {
    const [ok, created] = [200, 201].map((statusCode) => resultAttributes({ statusCode, errorType: undefined, failed: false }, '/a'));
    expect(ok).toBeInstanceOf(SharedAttributes);
    expect(resultAttributes({ statusCode: 200, errorType: undefined, failed: false }, '/a')).toBe(ok);
    expect(ok).toMatchObject({ shared: { 'http.route': '/a', 'http.response.status_code': 200 } });
    expect(created).toMatchObject({ shared: { 'http.route': '/a', 'http.response.status_code': 201 } });
    const failed = resultAttributes({ statusCode: 200, errorType: 'RangeError', failed: true }, '/a');
    expect(failed).toEqual({ 'http.route': '/a', 'http.response.status_code': 200, 'error.type': 'RangeError' });
  });

  verifies(['Q1', 'R4'], 'is told once for a connection, over which a proxy brings the requests of many clients', () => {
    const socket = { remoteAddress: '10.0.0.1', remotePort: 4000 };
    const peer = { 'network.peer.address': '10.0.0.1', 'network.peer.port': 4000 };
    const clients = ['192.0.2.1', '192.0.2.2', '10.0.0.1', undefined, '192.0.2.1'];
    const found = clients.map((client) => arriving(socket, client).attributes());
    expect(found.map((attributes) => attributes['client.address'])).toEqual(clients);
    found.forEach((attributes) => expect(attributes).toMatchObject(peer));
    const part = peerPart(socket, false);
    expect([peerPart(socket, false) === part, part.shared]).toEqual([true, peer]);
    expect(peerPart(socket, true).shared).toEqual({ ...peer, 'client.address': '10.0.0.1' });
  });

  it('never names one thing twice', () => {
    for (const client of ['192.0.2.1', '10.0.0.1', undefined]) {
      for (const socket of [{ remoteAddress: '10.0.0.1', remotePort: 4000 }, { remoteAddress: undefined, remotePort: undefined }, null]) {
        const names = arriving(socket, client).parts().flatMap((part) => Object.keys(part instanceof SharedAttributes ? part.shared : part));
        expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
      }
    }
  });

  it('follows the other end of a connection', () => {
    const socket: Connection = { remoteAddress: '10.0.0.1', remotePort: 4000 };
    expect(peerPart(socket, false).shared).toEqual({ 'network.peer.address': '10.0.0.1', 'network.peer.port': 4000 });
    socket.remotePort = 4001;
    expect(peerPart(socket, false).shared).toEqual({ 'network.peer.address': '10.0.0.1', 'network.peer.port': 4001 });
    socket.remoteAddress = '10.0.0.2';
    expect(peerPart(socket, false).shared).toEqual({ 'network.peer.address': '10.0.0.2', 'network.peer.port': 4001 });
  });

  it('shows no secret that a client sends as its name', () => {
    const shown = userAgentPart('probe/1 (https://me:geheim@probe.example/)')?.shared['user_agent.original'];
    expect(shown).toContain('probe/1');
    expect(shown).not.toContain('geheim');
    expect(userAgentPart(undefined)).toBeUndefined();
  });

  it('does not fill the memory, whatever names and routes come', () => {
    const long = `${'a'.repeat(60)}.`.repeat(5);
    expect(serverPart('GET', { ...FACTS, host: long }, '1.1')).not.toBe(serverPart('GET', { ...FACTS, host: long }, '1.1'));
    const first = serverPart('GET', { ...FACTS, host: 'first.example' }, '1.1');
    const [early] = Array.from({ length: 100 }, (_, index) => serverPart('GET', { ...FACTS, host: `n${index}.example` }, '1.1'));
    expect(serverPart('GET', { ...FACTS, host: 'first.example' }, '1.1')).not.toBe(first);
    expect(serverPart('GET', { ...FACTS, host: 'n0.example' }, '1.1')).not.toBe(early);
    const ok = { statusCode: 200, errorType: undefined, failed: false };
    const route = `/${'a'.repeat(2000)}`;
    expect(resultAttributes(ok, route)).not.toBe(resultAttributes(ok, route));
    Array.from({ length: 1100 }, (_, index) => resultAttributes(ok, `/made/of/${index}`));
    expect(resultAttributes(ok, '/made/of/0')).toBe(resultAttributes(ok, '/made/of/0'));
    expect(resultAttributes(ok, '/made/of/1099')).not.toBe(resultAttributes(ok, '/made/of/1099'));
  });
});
