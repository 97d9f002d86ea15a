import { verifies } from '@otelier/testkit';
import { redactPath, redactUrl } from '../../src/redaction/url-redaction.js';

type Row = readonly [text: string, redacted: string];

function expectUrls(rows: readonly Row[]): void {
  expect(rows.map(([url]) => [url, redactUrl(url)])).toEqual(rows);
}

describe('the redaction of a URL', () => {
  verifies('R20', 'leaves what is innocent byte for byte', () => {
    const innocent = [
      '',
      '/',
      '*',
      '/a/b?page=2#top',
      'https://host.example:8443/a%20b?q=a+b&x=%31#/route',
      'https://[::1]:8080/@scope/package',
      '//host/a@b',
      '//double//slash',
      '/users/bob@example.com',
      '?',
      '/a?#',
      'mailto:bob@example.com',
      '../a/./b;v=1',
      '%zz%',
      '/tokens/7?page=2',
      'https://host/?mail=a@b.example#a@b',
    ];
    expectUrls(innocent.map((url) => [url, url]));
  });

  verifies('R20', 'replaces user-info', () => {
    expectUrls([
      ['https://user:s3@host/a?b=1', 'https://REDACTED:REDACTED@host/a?b=1'],
      ['https://user@host', 'https://REDACTED@host'],
      ['https://:s3@host', 'https://REDACTED:REDACTED@host'],
      ['https://us@er:s@3@host/', 'https://REDACTED:REDACTED@host/'],
      ['//user:s3@host/a', '//REDACTED:REDACTED@host/a'],
      ['https:\\\\user:s3@host\\a', 'https:\\\\REDACTED:REDACTED@host\\a'],
      ['https:/user:s3@host/', 'https:/REDACTED:REDACTED@host/'],
      ['redis://:s/3?#4@host:6379/0', 'redis://REDACTED:REDACTED@host:6379/0'],
      ['https://[::1]/a:b@c', 'https://[::1]/a:b@c'],
      ['/proxy/https://user:s3@host/', '/proxy/https://REDACTED:REDACTED@host/'],
      ['/proxy/https%3A%2F%2Fuser:s3@host', '/proxy/REDACTED'],
      ['http://a:x/http://c:2@d/', 'http://REDACTED:REDACTED@d/'],
      ['http://a:1@b/http://c:2@d/', 'http://REDACTED:REDACTED@b/http://REDACTED:REDACTED@d/'],
    ]);
  });

  verifies('R20', 'replaces secrets in query, fragment and path', () => {
    expectUrls([
      ['/a?token=s3&b=1#c', '/a?token=REDACTED&b=1#c'],
      ['?token=s3', '?token=REDACTED'],
      ['?token%3Ds3', '?REDACTED'],
      ['https://host#access_token=s3&token_type=b', 'https://host#access_token=REDACTED&token_type=REDACTED'],
      ['/#/cb?code=s3', '/#/cb?code=REDACTED'],
      ['/a#b?token=s3', '/a#b?token=REDACTED'],
      ['/a;jsessionid=s3?b=1', '/a;jsessionid=REDACTED?b=1'],
      ['/a;token=s3/s3', '/a;token=REDACTED'],
      ['/a/token=s3;s3/b', '/a/token=REDACTED'],
      ['/a/token=s3/b', '/a/token=REDACTED/b'],
      ['/a%3Ftoken%3Ds3/b', '/REDACTED/b'],
      ['/a?b=1?token=s3', '/a?b=REDACTED'],
      ['/a?//user:s3@host', '/a?REDACTED'],
      ['/a#//user:s3@host', '/a#REDACTED'],
      ['/a;//user:s3@host', '/a;REDACTED'],
      ['/a?b&//user:s3@host', '/a?b&REDACTED'],
      ['/a/\\\\user:s3@host', '/a/REDACTED'],
      ['/a/{"token":"s3"}', '/a/REDACTED'],
      ["/a/{'token':'s3'}", '/a/REDACTED'],
    ]);
  });

  verifies('R20', 'of a path alone takes it for no query', () => {
    expect(redactPath('/tokens/keys/7')).toBe('/tokens/keys/7');
    expect(redactPath('/a;jsessionid=s3')).toBe('/a;jsessionid=REDACTED');
    expect(redactPath('//user:s3@host/a')).toBe('//REDACTED:REDACTED@host/a');
    expect(redactPath(`/${'x'.repeat(5000)}`)).toHaveLength(4096);
  });
});
