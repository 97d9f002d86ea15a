import { verifies } from '@otelier/testkit';
import { redactQuery } from '../../src/redaction/url-redaction.js';

function expectRedacted(rows: readonly (readonly [query: string, redacted: string])[]): void {
  expect(rows.map(([query]) => [query, redactQuery(query)])).toEqual(rows);
}

describe('the redaction of a query', () => {
  verifies('R20', 'leaves what is innocent byte for byte', () => {
    const innocent = [
      '',
      'page=2',
      'page=2&q=a%20b+c&empty=&flag&x=%31',
      'a=1;b=2',
      '&&=&;;=',
      'q=100%&broken=%zz&end=%',
      'name=%E3%81%82&latin=%FF%E9',
      '%FFx=abc',
      'token',
      'a=token',
      'mail=a@b.example',
      'to=https%3A%2F%2Fhost%2Fa%3Fpage%3D2&mail=a@b.example',
      'to=https://host:8080/a?mail=a@b.example',
      'q="x":1',
      'time=12:30',
      'a[b][0]=c',
      '__proto__=1&constructor=2',
      'a=b=c==',
      'a=b'.repeat(1000),
    ];
    expectRedacted(innocent.map((query) => [query, query]));
  });

  verifies('R20', 'replaces the value of each sensitive parameter and keeps its name', () => {
    const names = [
      'token',
      'ACCESS_TOKEN',
      'password',
      'client_secret',
      'Signature',
      'sig',
      'api-key',
      'auth',
      'code',
      'sessionId',
      'AWSAccessKeyId',
      'X-Amz-Security-Token',
      'X-Amz-Date',
      'X-Goog-Expires',
      'x-goog-credential',
      'pwd',
      'jwt',
      'PHPSESSID',
      'SAMLResponse',
    ];
    expectRedacted(names.map((name) => [`a=1&${name}=s3&b=2`, `a=1&${name}=REDACTED&b=2`]));
    expectRedacted([
      ['token=', 'token=REDACTED'],
      ['token=a&token=b', 'token=REDACTED&token=REDACTED'],
      ['token==&x=1', 'token=REDACTED&x=1'],
      ['?token=a', '?token=REDACTED'],
      ['access+token=a', 'access+token=REDACTED'],
      ['a[token]=s3&user[password][]=s3&token[0]=s3', 'a[token]=REDACTED&user[password][]=REDACTED&token[0]=REDACTED'],
    ]);
  });

  verifies('R20', 'sees through percent-encoded names', () => {
    expectRedacted([
      ['%74oken=s3', '%74oken=REDACTED'],
      ['%2574oken=s3', '%2574oken=REDACTED'],
      ['a%5Btoken%5D=s3', 'a%5Btoken%5D=REDACTED'],
      ['%FF%74oken=s3', '%FF%74oken=REDACTED'],
      ['%t%6Fken%=s3&to%ken=1', '%t%6Fken%=REDACTED&to%ken=1'],
      ['%%74oken=s3', '%%74oken=REDACTED'],
      ['to%E2%84%AAen=s3', 'to%E2%84%AAen=REDACTED'],
      ['token%3Ds3', 'REDACTED'],
      ['token%3Ds3=1', 'REDACTED'],
      ['a=1%26token%3Ds3', 'a=REDACTED'],
    ]);
  });

  verifies('R20', 'ends no secret at a semicolon, and finds names behind one', () => {
    expectRedacted([
      ['a=1;token=s3', 'a=1;token=REDACTED'],
      ['token=s3;s3&b=2', 'token=REDACTED&b=2'],
      ['token=s3;b=2&c=3', 'token=REDACTED&c=3'],
      ['a=1;b=2;token=s3;c=3&d=4', 'a=1;b=2;token=REDACTED&d=4'],
    ]);
  });

  verifies('R20', 'finds secrets in values that are URLs, queries or objects themselves', () => {
    expectRedacted([
      ['next=/cb?code=s3', 'next=REDACTED'],
      ['next=%2Fcb%3Faccess_token%3Ds3', 'next=REDACTED'],
      ['next=%252Fcb%253Faccess_token%253Ds3', 'next=REDACTED'],
      ['next=%E3%zz%3Ftoken%3Ds3', 'next=REDACTED'],
      ['next=/cb%23id_token=s3', 'next=REDACTED'],
      ['a=b=token=s3', 'a=REDACTED'],
      ['a[b=token]=s3', 'a[b=REDACTED'],
      ['filter={"password":"s3"}', 'filter=REDACTED'],
      ['filter=%7B%22password%22%20%3A%20%22s3%22%7D', 'filter=REDACTED'],
      ['query={login(password:"s3")}', 'query=REDACTED'],
      ['{"password":"s3"}=', 'REDACTED'],
      ['x=%2525252541', 'x=REDACTED'],
    ]);
  });

  verifies('R20', 'replaces user-info of URLs in values', () => {
    expectRedacted([
      ['to=https://user:s3@host/', 'to=https://REDACTED:REDACTED@host/'],
      ['to=https://user@host', 'to=https://REDACTED@host'],
      ['to=https%3A%2F%2Fuser%3As3%40host', 'to=REDACTED'],
      ['https://user:s3@host/', 'https://REDACTED:REDACTED@host/'],
      ['https%3A%2F%2Fuser%3As3%40host', 'REDACTED'],
    ]);
  });

  verifies('R20', 'cuts a long query without showing a part of what it is cut in', () => {
    expect(redactQuery(`a=${'x'.repeat(10_000)}`)).toBe(`a=${'x'.repeat(4094)}`);
    expect(redactQuery(`a=1&token=${'s3'.repeat(100_000)}`)).toBe('a=1&REDACTED');
    expect(redactQuery(`a=https://user:${'s3'.repeat(100_000)}@host`)).toBe('a=https://REDACTED');
    expect(redactQuery('x'.repeat(1_000_000))).toBe('REDACTED');
  });
});
