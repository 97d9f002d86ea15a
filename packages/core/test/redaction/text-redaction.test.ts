import { verifies } from '@otelier/testkit';
import { redactText } from '../../src/redaction/text-redaction.js';

function expectTexts(rows: readonly (readonly [text: string, redacted: string])[]): void {
  expect(rows.map(([text]) => [text, redactText(text)])).toEqual(rows);
}

describe('the redaction of a text', () => {
  verifies('R20', 'replaces the secrets of the URLs in it', () => {
    expectTexts([
      ['fetch https://me:s3@host/?token=s3&page=2 failed', 'fetch https://REDACTED:REDACTED@host/?token=REDACTED&page=2 failed'],
      ['redis://:s/3@host:6379 is down', 'redis://REDACTED:REDACTED@host:6379 is down'],
      ['Cannot GET /cb?code=s3 here', 'Cannot GET /cb?code=REDACTED here'],
      ['see (+https://host/?key=s3)', 'see (+https://host/?key=REDACTED)'],
      ['no "https://host/?token=s3 s3", no', 'no "https://host/?token=REDACTED", no'],
      ["Failed to parse URL from 'https://me:s 3@host/'", "Failed to parse URL from 'https://REDACTED:REDACTED@host/'"],
      ['<https://host/#id_token=s3 s3> a', '<https://host/#id_token=REDACTED> a'],
      ['{"to":"https://me:s3@host/?sig=s3 s3","ok":true} a', '{to:https://REDACTED:REDACTED@host/?sig=REDACTED a'],
      ['"https:\\/\\/me:s3@host\\/"', '"https:\\/\\/REDACTED:REDACTED@host\\/"'],
      ['https://a:s3@b\nhttps://c:s3@d', 'https://REDACTED:REDACTED@b\nhttps://REDACTED:REDACTED@d'],
    ]);
  });

  verifies('R20', 'leaves everything else byte for byte', () => {
    const innocent = [
      '',
      'token=1 is no URL, nor is password: "a"',
      'select * from t where code = ? and token = ?',
      'http://localhost:3000/ failed for bob@example.com',
      "it's \"http://host/a?page=2\" (again)",
      'Error: a\n    at Object.<anonymous> (webpack://@scope/package/./src/token.ts:3:4)\n    at C:\\app\\@scope\\key.js:1:2',
      '    at async f (file:///app/node_modules/.pnpm/@scope+auth@1.0.0/node_modules/@scope/auth/code.js?v=2:10:5)',
      'x'.repeat(200_000),
    ];
    expectTexts(innocent.map((text) => [text, text]));
  });

  verifies(['R20', 'X6'], 'cuts a long text without showing a part of what it is cut in', () => {
    expect(redactText(`to https://me:${'s3'.repeat(100_000)}@host`)).toBe('to https://REDACTED');
    expect(redactText(`at /a?b=1&token=${'s3 '.repeat(100_000)}`)).toBe('at /a?b=1&REDACTED');
  });
});
