/** What stands for a name that no command can have: an application can send anything as a command. */
const OTHER = '_OTHER';

/** Commands are words; those of modules and private ones have a dot or a colon in them. */
const COMMAND_NAME = /^[A-Z][A-Z0-9._:-]{0,63}$/;

/** The name of a command in upper case; `_OTHER` for what can't be one. Never throws. */
export function commandName(name: unknown): string {
  const text = typeof name === 'string' ? name : Buffer.isBuffer(name) ? name.toString('latin1', 0, 65) : '';
  // The longer one is looked at no further.
  const upperCase = text.slice(0, 65).toUpperCase();
  return COMMAND_NAME.test(upperCase) ? upperCase : OTHER;
}

/** The name that all commands of a batch have; `undefined` when there are several. */
export function commonName(names: readonly unknown[]): string | undefined {
  const [first] = names;
  return names.length > 0 && names.every((name) => name === first) ? commandName(first) : undefined;
}
