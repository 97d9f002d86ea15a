import { inspect } from 'node:util';
import { verifies } from '@otelier/testkit';
import { redactNamedSecrets } from '../../src/logs/named-secrets.js';

const SECRET = 's3cret';

const HOLDERS: Readonly<Record<string, unknown>> = {
  'a text': SECRET,
  'a text with quotes of all kinds': `'"\`${SECRET}'"\`${SECRET}`,
  'a text of several lines': `first line of it\n${SECRET}\n`.repeat(5),
  'a list': [SECRET, [SECRET]],
  'an object': { a: SECRET, b: { c: `]}${SECRET}` } },
  'a class': new (class Wallet { readonly value = SECRET; })(),
  'a subclass of a map': new (class Purse extends Map<string, string> {})([['a', SECRET]]),
  'a map': new Map([['a', SECRET]]),
  'a set': new Set([SECRET]),
  'bytes': Buffer.from(SECRET),
  'a number': 123_456_789,
  'a large number': 123_456_789_012n,
  'an instant': new Date(0),
};

describe('the values under secret names in a text', () => {
  verifies('L2', 'are left out of what inspect and JSON make, whatever they are, and nothing else is', () => {
    for (const value of Object.values(HOLDERS)) {
      for (const name of ['password', 'x-api-key', 'Set-Cookie']) {
        const holder = { before: 1, [name]: value, after: 'kept' };
        const shown = inspect(holder, { depth: 5 });
        const expected = inspect({ before: 1, [name]: 'REDACTED', after: 'kept' });
        expect(redactNamedSecrets(shown).replaceAll(/\s+/g, ' ')).toBe(expected);
        const map = inspect(new Map([[name, value]]), { depth: 5 });
        expect(redactNamedSecrets(map).replaceAll(/\s+/g, ' ')).toBe(`Map(1) { '${name}' => 'REDACTED' }`);
      }
    }
    const json = JSON.stringify({ before: 1, password: { a: [`}"${SECRET}`] }, token: SECRET, key: 7, after: 'kept' });
    expect(JSON.parse(redactNamedSecrets(json))).toEqual({ before: 1, password: 'REDACTED', token: 'REDACTED', key: 'REDACTED', after: 'kept' });
    expect(redactNamedSecrets(JSON.stringify({ line: JSON.stringify({ token: SECRET, a: 1 }) }))).toBe(
      JSON.stringify({ line: JSON.stringify({ token: 'REDACTED', a: 1 }) }),
    );
    expect(redactNamedSecrets(JSON.stringify({ line: JSON.stringify({ token: `a"${SECRET}`, a: 1 }) }))).toBe(
      JSON.stringify({ line: JSON.stringify({ token: 'REDACTED', a: 1 }) }),
    );
    // Newer versions of Node write it without the brackets.
    expect(redactNamedSecrets(inspect({ [Symbol('token')]: SECRET }))).toMatch(/^\{ \[?Symbol\(token\)\]?: 'REDACTED' \}$/);
    expect(redactNamedSecrets(inspect({ rawHeaders: ['X-Own', SECRET] }))).toBe("{ rawHeaders: 'REDACTED' }");
  });

  verifies('L2', 'are left out of a text that was cut', () => {
    expect(redactNamedSecrets(`{ password: '${SECRET}`)).toBe("{ password: 'REDACTED'");
    expect(redactNamedSecrets(`{ password: [ '${SECRET}', '${SECRET}`)).toBe("{ password: 'REDACTED'");
    expect(redactNamedSecrets('{ password:')).toBe('{ password:');
  });

  it('are told from sentences and from other names', () => {
    for (const text of ['wrong password: try again', 'no key', 'session: closed', 'a: "password"', ': =>', '{ monk: 1 }']) {
      expect(redactNamedSecrets(text)).toBe(text);
    }
  });

  verifies('X6', 'are looked for in linear time', () => {
    const pieces = [':', 'key:', "key: '", 'key: [', 'key:"\\', "token => {'", 'a'.repeat(127), 'key: A(1) [', " +\n 'a'", 'key: 1'];
    // Jest's own time limit ends what takes the square of it.
    for (const piece of pieces) {
      const text = `key: 'a'${piece.repeat(1_000_000 / piece.length)}`;
      expect(redactNamedSecrets(text)).toMatch(/^key: 'REDACTED'/);
    }
  });
});
