import { verifies } from '@otelier/testkit';
import { EnvReader } from '../../src/options/variables/env-reader.js';

const NAME = 'OTEL_NODE_EXCLUDED_URLS';

function reader(value: string): EnvReader {
  return new EnvReader({ [NAME]: value }, () => undefined);
}

describe('a variable that holds regular expressions', () => {
  verifies(['P4', 'R16'], 'is a comma list, in which the comma of a quantifier is none', () => {
    const env = reader(' /health$ ,, ^http://a{1,3}/ ,b{2,},c[0-9]');
    expect(env.patterns(NAME)).toEqual([/\/health$/, /^http:\/\/a{1,3}\//, /b{2,}/, /c[0-9]/]);
    expect(env.problems).toEqual([]);
    expect(reader(' ').patterns(NAME)).toEqual([]);
  });

  verifies(['P4', 'R19'], 'can ask for whole texts in any case', () => {
    const [pattern] = reader('x-.*|accept').patterns(NAME, { ignoreCase: true, whole: true });
    expect(['X-A', 'accept', 'accepts', 'a-x-b'].map((name) => pattern?.test(name))).toEqual([true, true, false, false]);
  });

  verifies('P4', 'loses its wrong expressions, and says so once', () => {
    const env = reader('(,/a,[');
    expect(env.patterns(NAME)).toEqual([/\/a/]);
    expect(env.problems).toEqual([
      { code: 'OTELIER_ENV_INVALID', message: `${NAME}: "(,[" is not a list of regular expressions; using the others.` },
    ]);
    const wrong = reader('a)|(b');
    expect(wrong.patterns(NAME, { whole: true })).toEqual([]);
    expect(wrong.problems.map(({ message }) => message)).toEqual([
      `${NAME}: "a)|(b" is not a list of regular expressions; using an empty list.`,
    ]);
  });
});
