/** A parameter of a layer of Express 4; groups without a name have numbers. */
export interface ParameterKey {
  readonly name: string | number;
}

/** What ends each expression that Express 4 makes of the path of a mount. */
const END = String.raw`\/?(?=\/|$)`;

const GENERATED_CAPTURE = String.raw`\((?:\[\^\\?/(?:\\\.)?\]\+\?|\(\?:\(\?!.*?\)\.\)\+\?)\)`;
// The generator ends an expression at its first parenthesis, and makes a group of a star in it.
const WRITTEN_CAPTURE = String.raw`\((?!\?)(?:\(\.\*\)|[^)])*\)`;
const REPEATED = String.raw`\(\(\?:\[[^\]]*\]\.\+\?\)\?\)`;
const PARAMETER = new RegExp(
  String.raw`\(\?:(?<dot>\\\.)?(?<slash>\\?/)?(?:${GENERATED_CAPTURE}|(?<capture>${WRITTEN_CAPTURE}))` +
    String.raw`(?<repeated>${REPEATED})?\)(?<optional>\?)?`,
  'y',
);
const STAR = /(?:\\?\.)?\(\.\*\)/y;
const GROUP_BEHIND_SLASH = /\\\/\(\?:/y;
const CHARACTER = /\\?[^]/y;

/** Whether Express 4 made an expression of a path that was written as a string. */
export function isGenerated(source: string): boolean {
  return source.startsWith('^') && source.endsWith(END);
}

/**
 * The path from which Express 4 generated an expression, taken back piece by piece. It is made of the expression alone,
 * and so never holds anything of a request.
 *
 * @param keys - those of the expression's groups, in their order
 * @see https://github.com/pillarjs/path-to-regexp/blob/v0.1.12/index.js (and 0.1.7, of Express 4.17)
 */
export function writtenPattern(source: string, keys: readonly ParameterKey[]): string {
  const text = source.slice(1, -END.length);
  let pattern = '';
  let groups = 0;
  for (let at = 0; at < text.length; ) {
    const { taken, written } = pieceAt(text, at, keys[groups]);
    pattern += written;
    groups += countGroups(taken);
    at += taken.length;
  }
  return pattern;
}

/** How many groups of an expression have a key. */
export function countGroups(source: string): number {
  const found = source.match(/\\.|\((?:\?<(?![=!])|(?!\?))/g) ?? [];
  return found.filter((text) => text.startsWith('(')).length;
}

function pieceAt(text: string, at: number, key: ParameterKey | undefined): { taken: string; written: string } {
  const parameter = matchAt(PARAMETER, text, at);
  // An expression without a name looks the same in a group; its key is a number.
  if (parameter !== undefined && typeof key?.name === 'string') {
    return { taken: parameter[0], written: writtenParameter(key.name, parameter.groups ?? {}) };
  }
  const star = matchAt(STAR, text, at);
  if (star !== undefined) {
    return { taken: star[0], written: star[0] === '(.*)' ? '*' : '.*' };
  }
  // Express makes each group behind a slash one that captures nothing, unless a parameter begins there.
  const group = matchAt(GROUP_BEHIND_SLASH, text, at);
  if (group !== undefined && !(typeof key?.name === 'string' && matchAt(PARAMETER, text, at + 2) !== undefined)) {
    return { taken: group[0], written: '/(' };
  }
  const taken = matchAt(CHARACTER, text, at)?.[0] ?? '';
  return { taken, written: taken === '\\/' || taken === '\\.' ? taken.slice(1) : taken };
}

function writtenParameter(name: string, parts: Readonly<Record<string, string | undefined>>): string {
  const { dot, slash, capture = '', repeated, optional = '' } = parts;
  const expression = capture.replace(/(?:\\?\.)?\(\.\*\)/g, (star) => (star === '(.*)' ? '*' : '.*'));
  const before = (slash === undefined ? '' : '/') + (dot === undefined ? '' : '.');
  return `${before}:${name}${expression}${repeated === undefined ? '' : '*'}${optional}`;
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}
