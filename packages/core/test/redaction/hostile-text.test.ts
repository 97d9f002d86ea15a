import { verifies } from '@otelier/testkit';
import { redactHeaderValue } from '../../src/redaction/header-redaction.js';
import { redactText } from '../../src/redaction/text-redaction.js';
import { redactPath, redactQuery, redactUrl } from '../../src/redaction/url-redaction.js';
import { SeededRandom } from '../sql/seeded-random.js';

const SECRET = 'hunter2hunter2';
const PIECES = ['&', ';', '=', '?', '#', '/', '//', ':', '@', '%', '%2', '%25', '%3D', '%26', '[', ']', '"', '+', ' ', '\\', 'a', 'page', '2', 'é', '\u0000', '<', '>', "'", '\n'];
const redactors = [redactQuery, redactPath, redactUrl, redactText, (text: string) => redactHeaderValue('x-any', text)];

function randomText(random: SeededRandom, length: number, pieces = PIECES): string {
  return Array.from({ length: random.below(length) }, () => random.pick(pieces)).join('');
}

/** Texts in which one short piece stands a million times, after what could make a search go back. */
const repetitions = ['%', '@', '&', ';', '=', '/', ':/', '://', '"', '":', "='", "'\\", '"\\', '=<', '<"', ' ', '= ', ' =', '\\', '(', '\n', '%25', 'token', 'token=', 'a@', ':a@', '&token=a', '<'].map(
  (piece) => `token=https://a:b${piece.repeat(1_000_000 / piece.length)}`,
);

describe('the redaction of hostile text', () => {
  verifies(['R20', 'X6'], 'never shows a secret, whatever stands before and behind the parameter', () => {
    const random = new SeededRandom(20);
    const shown: string[] = [];
    for (let round = 0; round < 5000; round += 1) {
      const name = random.pick(['token', 'Password', 'api%5Fkey', 'X-Amz-Signature', 'a[secret]', '%73ession']);
      const before = randomText(random, 12);
      const query = `${before}&${name}=${SECRET}${random.pick(['', '&', ';', '#', '/', '?'])}${randomText(random, 12)}`;
      shown.push(redactQuery(query), redactUrl(`/a?${query}`), redactHeaderValue('referer', `https://host/?${query}`));
    }
    expect(shown.filter((text) => text.includes(SECRET))).toEqual([]);
    expect(shown.filter((text) => text.includes('REDACTED'))).toHaveLength(15_000);
  });

  verifies(['R20', 'X6'], 'never shows a password of a URL, whatever stands before and behind it', () => {
    const random = new SeededRandom(21);
    const shown: string[] = [];
    for (let round = 0; round < 5000; round += 1) {
      const before = random.pick(['', '/proxy/', '?to=', '?a=1&to=', '#', '/a;to=']);
      const url = `${before}https://me:${SECRET}${random.pick(['', '/', '?', '#', '@', 'é'])}@host${randomText(random, 12)}`;
      shown.push(redactUrl(url), redactText(`fetch ${url}`));
    }
    expect(shown.filter((text) => text.includes(SECRET))).toEqual([]);
    expect(shown.filter((text) => text.includes('REDACTED'))).toHaveLength(10_000);
  });

  verifies(['R20', 'X6'], 'of what was redacted changes nothing', () => {
    const random = new SeededRandom(22);
    // Without the characters that make a redacted value a part of an authority before it.
    const pieces = PIECES.filter((piece) => !/[:/\\]/.test(piece));
    const changed: string[] = [];
    for (let round = 0; round < 5000; round += 1) {
      const known = random.pick(['token=', 'to=https://a:b@c', '?code=', '']);
      const text = `${randomText(random, 15, pieces)}${known}${randomText(random, 15, pieces)}`;
      for (const redact of redactors) {
        const redacted = redact(text);
        changed.push(...(redact(redacted) === redacted ? [] : [text]));
      }
    }
    expect(changed).toEqual([]);
  });

  verifies(['R20', 'X6'], 'ends for a megabyte of repetitions, within the limits of its results', () => {
    for (const text of repetitions) {
      for (const redact of redactors) {
        const limit = redact === redactText ? 65_544 : 4096;
        expect(redact(text).length).toBeLessThanOrEqual(limit);
        expect(redact(text.slice(0, 65_000)).length).toBeLessThanOrEqual(limit);
      }
    }
  });
});
