/** A header that `writeHead` is given. Node refuses most of what is no text, so name and value can be anything here. */
export type GivenHeader = readonly [name: unknown, value: unknown];

/** The headers among the arguments of `writeHead`. */
export interface GivenHeaders {
  /** A flat list of names and values, a list of pairs, or an object; an object without members for nothing at all. */
  readonly form: 'flat' | 'pairs' | 'object';
  readonly headers: readonly GivenHeader[];
}

/**
 * Reads the headers that `writeHead(status, reason?, headers?)` is given.
 *
 * @returns `undefined` for a list that is none of headers
 */
export function givenHeaders(args: readonly unknown[]): GivenHeaders | undefined {
  const given = args[positionOf(args)];
  if (!Array.isArray(given)) {
    return { form: 'object', headers: Object.entries(given ?? {}) };
  }
  const list: readonly unknown[] = given;
  if (Array.isArray(list[0])) {
    return list.every(isList) ? { form: 'pairs', headers: list.map(([name, value]) => [name, value]) } : undefined;
  }
  if (list.length % 2 !== 0) {
    return undefined;
  }
  return { form: 'flat', headers: Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]]) };
}

/** The arguments with other headers, in a copy: what was given belongs to the application. */
export function withHeaders(args: readonly unknown[], { form, headers }: GivenHeaders): unknown[] {
  const copy = [...args];
  copy[positionOf(args)] = form === 'pairs' ? headers : form === 'flat' ? headers.flat() : Object.fromEntries(headers);
  return copy;
}

/** Whether this is the name of a header, in whatever case; HTTP/2 lets blanks stand around it. */
export function isNamed(given: unknown, name: string): boolean {
  return typeof given === 'string' && given.trim().toLowerCase() === name;
}

/** Node looks for the headers behind the reason, or in its place. */
function positionOf([, reason, headers]: readonly unknown[]): 1 | 2 {
  return typeof reason === 'string' || (headers !== undefined && headers !== null) ? 2 : 1;
}

function isList(item: unknown): item is readonly unknown[] {
  return Array.isArray(item);
}
