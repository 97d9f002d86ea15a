/** Commands that have an underscore of their own. */
const READ_ONLY = /^[A-Z0-9]+_RO(?=_|$)/;

/**
 * The command that a method of a client of node-redis 4 sends: `hGetAll` and `HGETALL` send HGETALL, `aclGetUser` and
 * `ACL_GETUSER` send ACL, `SORT_RO` itself.
 *
 * @param all - the names of all such methods
 */
export function oldCommandName(method: string, all: readonly string[]): string {
  const upperCase = all.find((name) => name === name.toUpperCase() && plain(name) === plain(method)) ?? method.toUpperCase();
  const [readOnly] = READ_ONLY.exec(upperCase) ?? [];
  return readOnly ?? upperCase.split('_')[0] ?? upperCase;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
