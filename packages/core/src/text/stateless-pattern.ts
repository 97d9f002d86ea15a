/**
 * A regular expression that gives the same answer each time: the flags `g` and `y` make one remember where it stopped.
 *
 * @param ignoreCase - whether case is ignored, whatever the expression's own flags say; by default they decide
 */
export function statelessPattern(pattern: RegExp, ignoreCase = pattern.ignoreCase): RegExp {
  const flags = pattern.flags.replace(/[giy]/g, '');
  return new RegExp(pattern.source, ignoreCase ? `${flags}i` : flags);
}
