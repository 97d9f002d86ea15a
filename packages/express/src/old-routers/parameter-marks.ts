import { decodePath } from './decoded-path.js';

/** Parameters by name; a wildcard's value is a list of segments. */
export type Params = Readonly<Record<string, string | readonly string[]>>;

/**
 * Asks a pattern for the parameters that it finds in a path; `undefined` when it does not match all of it.
 *
 * @throws URIError for a path that it matches, when a value can't be decoded
 */
export type Ask = (path: string) => Params | undefined;

/** From here on there are characters for private use: no path of a request has them, and no pattern. */
const FIRST_MARK = 0xe000;

/** Stands in place of what is no parameter's value. */
const OTHER_MARK = '\uf8ff';

/** What a hostile path can cost: so often a pattern is asked for one parameter in the worst case. */
const MAX_TRIES = 32;

/**
 * Puts a mark in place of each parameter's value in a path, and finds the places by trying: a text is a parameter's
 * value when a mark in its place ends up in that parameter. `undefined` unless all are found, and nothing is left of
 * any value: the pattern must find each mark, alone, in its parameter.
 */
export function markParameters(path: string, params: Params, ask: Ask): string | undefined {
  const names = Object.keys(params);
  return Object.values(params).reduce<string | undefined>(
    (text, value, index) => text && markValue(text, { value, names: names.slice(0, index + 1) }, ask),
    path,
  );
}

/**
 * Whether a path has nothing left but the pattern's own text: a parameter whose name a later one has too is not told
 * by the pattern, and its value shows when another in its place changes nothing.
 */
export function isOwnText(marked: string, params: Params, ask: Ask): boolean {
  const names = Object.keys(params);
  const marks = new Set(names.map((_name, index) => markOf(index)));
  return Array.from({ length: marked.length }, (_item, at) => at).every((at) => {
    const other = marked.slice(0, at) + OTHER_MARK + marked.slice(at + 1);
    return marks.has(marked.charAt(at)) || !isStillMarked(other, names, ask);
  });
}

/** The path with the parameters' names in place of the marks. */
export function nameMarks(marked: string, params: Params): string {
  return Object.entries(params).reduce(
    (text, [name, value], index) => text.replace(markOf(index), () => (typeof value === 'string' ? ':' : '*') + name),
    marked,
  );
}

function markOf(index: number): string {
  return String.fromCharCode(FIRST_MARK + index);
}

function read(path: string, ask: Ask): Params | undefined {
  try {
    return ask(path);
  } catch {
    // The mark is in no value's place: what it stands beside can't be decoded any more.
    return undefined;
  }
}

function isStillMarked(path: string, names: readonly string[], ask: Ask): boolean {
  try {
    return isMarked(ask(path), names);
  } catch {
    // Only what a pattern has matched is decoded, and what is decoded is a value.
    return true;
  }
}

function isMarked(found: Params | undefined, names: readonly string[]): boolean {
  return found !== undefined && names.every((name, index) => [found[name] ?? []].flat().join('/') === markOf(index));
}

interface SoughtValue {
  readonly value: string | readonly string[];
  /** The parameter that has it is the last; the marks of those before stay in their places. */
  readonly names: readonly string[];
}

function markValue(path: string, { value, names }: SoughtValue, ask: Ask): string | undefined {
  const { text, startOf } = decodePath(path);
  const searched = [value].flat().join('/');
  const mark = markOf(names.length - 1);
  let at = text.indexOf(searched);
  for (let tries = 0; at !== -1 && tries < MAX_TRIES; tries += 1) {
    const other = path.slice(0, startOf(at)) + mark + path.slice(startOf(at + searched.length));
    if (isMarked(read(other, ask), names)) {
      return other;
    }
    at = text.indexOf(searched, at + 1);
  }
  return undefined;
}
