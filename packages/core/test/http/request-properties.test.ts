import { verifies } from '@otelier/testkit';
import { readAttributes, readProperties } from '../../src/http/facts/request-properties.js';

const SECRET = 'hunter2';
const URL = `https://me:${SECRET}@host/?token=${SECRET}&page=2`;
const SHOWN_URL = 'https://REDACTED:REDACTED@host/?token=REDACTED&page=2';

const request = {
  url: `/cb?code=${SECRET}&page=2`,
  headers: { 'authorization': SECRET, 'accept': 'text/html', 'referer': URL, 'link': `<${URL}>; rel=next`, 'x-note': `a token=${SECRET}`, 'set-cookie': [SECRET] },
  headersDistinct: { 'x-api-key': [SECRET], 'accept': ['text/html'] },
  rawHeaders: ['authorization', SECRET],
  trailers: { 'x-note': `a token=${SECRET}` },
  search: `?token=${SECRET} ${SECRET}`,
  cookies: { x: SECRET },
  session: { id: SECRET, user: { id: 'u7' } },
  sessionID: SECRET,
  query: { code: SECRET, next: `/a?token=${SECRET}`, page: '2' },
  body: { password: 1234, pwd: true, code: 'DE', note: `see ${URL}` },
  user: { id: 'auth0|token=1', apiKeys: [SECRET, SECRET], links: [URL, '/a'], country: 7 },
};

function read(...paths: string[]): unknown[] {
  const attributes = readProperties(request, paths);
  return paths.map((path) => attributes[path]);
}

describe('the properties of a request', () => {
  verifies(['R21', 'R19'], 'show no value of a sensitive header, of a cookie or of a session, whatever its type', () => {
    const secrets = [
      'headers.authorization',
      'headers.set-cookie',
      'headers.set-cookie.0',
      'headersDistinct.x-api-key',
      'rawHeaders',
      'rawHeaders.1',
      'cookies.x',
      'session.id',
      'sessionID',
      'query.code',
      'body.password',
      'body.pwd',
      'user.apiKeys',
      'user.apiKeys.1',
    ];
    expect(read(...secrets)).toEqual(secrets.map(() => 'REDACTED'));
    expect(readProperties({}, secrets)).toEqual({});
    const nested = { query: { token: { value: 'hunter2' }, page: { auth: ['hunter2'] } } };
    expect(Object.values(readProperties(nested, ['query.token.value', 'query.page.auth.0']))).toEqual(['REDACTED', 'REDACTED']);
  });

  verifies(['R21', 'R20'], 'show URLs without their secrets', () => {
    expect(read('url', 'headers.referer', 'headers.link', 'headers.x-note', 'trailers.x-note', 'search', 'query.next', 'body.note', 'user.links')).toEqual([
      '/cb?code=REDACTED&page=2',
      SHOWN_URL,
      `<${SHOWN_URL}>; rel=next`,
      'a token=REDACTED',
      'a token=REDACTED',
      '?token=REDACTED',
      '/a?token=REDACTED',
      `see ${SHOWN_URL}`,
      [SHOWN_URL, '/a'],
    ]);
  });

  verifies('R21', 'show everything else as it is', () => {
    expect(read('user.id', 'user.country', 'session.user.id', 'headers.accept', 'query.page', 'body.code')).toEqual([
      'auth0|token=1',
      7,
      'u7',
      'text/html',
      '2',
      'DE',
    ]);
    expect(read('headersDistinct.accept', 'headersDistinct.accept.0')).toEqual([['text/html'], 'text/html']);
  });

  verifies(['R21', 'R20'], 'are cut behind their redaction, so that no secret loses what shows it', () => {
    const long = { url: `https://${'m'.repeat(1020)}:${SECRET}@host`, id: 'x'.repeat(5000) };
    expect(readProperties(long, ['url', 'id'])).toEqual({ url: 'https://REDACTED:REDACTED@host', id: 'x'.repeat(1024) });
  });

  verifies(['R21', 'R20'], "set by the application keep its words, and lose the secrets of their URLs", () => {
    expect(readAttributes({ 'upstream': `got ${URL}`, 'urls': [URL], 'a.token': 'token=1', 'code': 'a=b' })).toEqual({
      'upstream': `got ${SHOWN_URL}`,
      'urls': [SHOWN_URL],
      'a.token': 'token=1',
      'code': 'a=b',
    });
  });

  verifies(['R21', 'X6'], 'set by the application keep names and lists within what an attribute can be', () => {
    const read = readAttributes(JSON.parse('{ "__proto__": ["x"], "": 1, "a": 1 }'));
    expect([read, Object.getPrototypeOf(read)]).toEqual([{ a: 1 }, Object.prototype]);
    expect(readAttributes({ list: Array<string>(1000).fill('a') })['list']).toHaveLength(128);
  });
});
