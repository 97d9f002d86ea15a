const idPattern = /^[A-Z]\d+[a-z]?$/;

type TestBody = (() => void) | (() => Promise<unknown>);

/**
 * Defines a Jest test that verifies acceptance ids; its title ends with them, as in `keeps the parent [R10]`.
 * @throws TypeError when an id has not the form of one, such as `R12` or `X3b`.
 */
export function verifies(ids: string | readonly string[], title: string, fn: TestBody): void {
  it(verifiedTitle(ids, title), fn);
}

/**
 * Appends acceptance ids in brackets to a title.
 * @throws TypeError when an id has not the form of one, such as `R12` or `X3b`.
 */
export function verifiedTitle(ids: string | readonly string[], title: string): string {
  const list = typeof ids === 'string' ? [ids] : ids;
  for (const id of list) {
    if (!idPattern.test(id)) {
      throw new TypeError(`'${id}' is no acceptance id; allowed are ids such as R12 or X3b.`);
    }
  }
  return `${title} [${list.join(', ')}]`;
}
