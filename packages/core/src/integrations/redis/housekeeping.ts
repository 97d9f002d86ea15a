/** What each of these commands is followed by where a driver sends it for itself. */
const SUBCOMMANDS: Readonly<Record<string, RegExp>> = {
  ASKING: /^/,
  CLUSTER: /^SLOTS$/i,
  // node-redis publishes only a mask of what follows.
  SENTINEL: /^(?:GET-MASTER-ADDR-BY-NAME|MASTER|REPLICAS|SENTINELS|SLAVES|\?)$/i,
  SUBSCRIBE: /^\+switch-master$/,
};

/**
 * Whether a command finds the servers of a cluster or those behind sentinels: drivers send it for themselves, for as long
 * as they live, in the context in which they were connected.
 */
export function isHousekeeping(name: unknown, first: unknown): boolean {
  const words = typeof name === 'string' && name.length < 10 ? SUBCOMMANDS[name.toUpperCase()] : undefined;
  return words?.test(typeof first === 'string' ? first : '') === true;
}
