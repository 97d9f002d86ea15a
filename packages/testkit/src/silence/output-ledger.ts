import { stripVTControlCharacters } from 'node:util';

/** One write by the code under test. */
export interface Output {
  /** Where it went: `stdout`, `stderr`, `console.warn`, `diag.error`, … */
  readonly channel: string;
  readonly text: string;
}

/** What was written during one test or outside all of them, and what was expected there. */
export class OutputLedger {
  readonly #outputs: Output[] = [];
  readonly #expectedCodes = new Set<string>();

  /** Notes a write. */
  add(output: Output): void {
    this.#outputs.push(output);
  }

  /** Lets the messages of these diagnostic codes pass, and asks for one of each. */
  expect(codes: readonly string[]): void {
    for (const code of codes) {
      this.#expectedCodes.add(code);
    }
  }

  /** Says what was written unexpectedly and what was expected in vain; undefined when all is as it should be. */
  complaint(): string | undefined {
    const unexpected = this.#outputs.filter((output) => !this.#isExpected(output));
    const seen = new Set(this.#outputs.flatMap((output) => codesIn(output)));
    const missing = [...this.#expectedCodes].filter((code) => !seen.has(code));
    const lines = [
      ...unexpected.map(({ channel, text }) => `unexpected output on ${channel}: ${text.trimEnd()}`),
      ...missing.map((code) => `the expected diagnostic ${code} did not come`),
    ];
    return lines.length === 0 ? undefined : lines.join('\n');
  }

  #isExpected(output: Output): boolean {
    const codes = codesIn(output);
    const startsWithCode = /^\s*\[otelier\] /.test(stripVTControlCharacters(output.text));
    return startsWithCode && codes.length > 0 && codes.every((code) => this.#expectedCodes.has(code));
  }
}

function codesIn({ text }: Output): string[] {
  const messages = stripVTControlCharacters(text).matchAll(/^\s*\[otelier\] (\S+?): /gm);
  return [...messages].map(([, code]) => code ?? '');
}
