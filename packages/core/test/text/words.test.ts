import { verifies } from '@otelier/testkit';
import { replaceWords } from '../../src/text/words.js';

const marked = (text: string): string => replaceWords(text, (word) => `[${word}]`);

describe('the words of a text', () => {
  verifies('R19', 'end at blanks, which stay as they are', () => {
    expect(marked(' a  b\tc\r\nd\u00a0e ')).toBe(' [a]  [b]\t[c]\r\n[d\u00a0e] ');
    expect(marked('')).toBe('');
    expect(marked(' \n\t')).toBe(' \n\t');
  });

  verifies('R19', 'go on through blanks around an equals sign, but not to another line', () => {
    expect(marked('a = b c')).toBe('[a = b] [c]');
    expect(marked('a\t= b =c d= e')).toBe('[a\t= b =c] [d= e]');
    expect(marked('a =\nb= ')).toBe('[a =]\n[b=] ');
  });

  verifies('R19', 'hold what is quoted or in brackets with its blanks', () => {
    expect(marked('a="b c"d e')).toBe('[a="b c"d] [e]');
    expect(marked("a='b c'; d")).toBe("[a='b c';] [d]");
    expect(marked('a=<b c>; d')).toBe('[a=<b c>;] [d]');
    expect(marked('a="b \\" c" d')).toBe('[a="b \\" c"] [d]');
    expect(marked('<a b\\> c')).toBe('<[a b\\]> [c]');
    expect(marked('"a b" = "c d" e')).toBe('["a b" = "c d"] [e]');
  });

  verifies('R19', 'leave out the marks of what stands alone', () => {
    expect(marked('<a b>; c "d e", (\'f g\') \'h i\'')).toBe('<[a b]>[;] [c] "[d e]"[,] [(\'f g\')] \'[h i]\'');
  });

  verifies('R19', 'take a quotation mark that is not closed for one to the end of its line, and nothing else for an opening', () => {
    expect(marked('a="b c\nd e')).toBe('[a="b c]\n[d] [e]');
    expect(marked('a="b\\\nc d')).toBe('[a="b\\]\n[c] [d]');
    expect(marked("it's 5 < 6 'til b's")).toBe("[it's] [5] [<] [6] ['til b's]");
    expect(marked("'til a < b")).toBe("['til] [a] [<] [b]");
    expect(marked('a<b c <d> e')).toBe('[a<b] [c] <[d]> [e]');
  });
});
