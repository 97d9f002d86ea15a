import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIAGNOSTICS } from '../../src/diagnostics/codes.js';

const text = readFileSync(join(__dirname, '../../../../docs/diagnostics.md'), 'utf8');
const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ heading: section.slice(0, section.indexOf('\n')), body: section }));

describe('docs/diagnostics.md', () => {
  it('has one section for every code of the catalogue, in its order, and none for any other', () => {
    expect(sections.map(({ heading }) => heading)).toEqual(Object.keys(DIAGNOSTICS));
  });

  for (const { heading, body } of sections) {
    it(`says of ${heading} what happened, why, and what to do`, () => {
      expect(body.match(/^\*\*.+?\*\*/gm)).toEqual(['**What happened.**', '**Why.**', '**What to do.**']);
    });
  }

  it('mentions no code that does not exist', () => {
    const mentioned = new Set(text.match(/OTELIER_[A-Z_]+/g));
    expect([...mentioned].filter((code) => !(code in DIAGNOSTICS))).toEqual([]);
  });
});
