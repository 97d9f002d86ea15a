import { sharedState } from '@otelier/core/adapter';
import { countGroups, isGenerated, writtenPattern, type ParameterKey } from './written-pattern.js';

/** One of the patterns of a mount of Express 4. */
export interface ExpressionMember {
  readonly template: string;
  readonly expression: RegExp;
}

/**
 * The patterns that a mount's expression was made of: Express 4 makes one expression of a list. That of a mount which
 * was written as a regular expression is its own only member.
 */
export function membersOfExpression(regexp: RegExp, keys: readonly ParameterKey[]): readonly ExpressionMember[] {
  const known = sharedState('express.expression-members', () => new WeakMap<RegExp, readonly ExpressionMember[]>());
  let members = known.get(regexp);
  if (members === undefined) {
    members = readMembers(regexp, keys);
    known.set(regexp, members);
  }
  return members;
}

/** Where the generator may have joined two: between the end that it gives to one and the beginning of the next. */
const SEAM = /\|(?=\^|\(\?:\^)|(?<=\\\/\?\(\?=\\\/\|\$\))\|/;

function readMembers(regexp: RegExp, keys: readonly ParameterKey[]): ExpressionMember[] {
  // Neither flag says what matches, and both would keep a position between requests.
  const flags = regexp.flags.replace(/[gy]/g, '');
  const sources = alternatives(regexp.source);
  if (!sources.some(isGenerated)) {
    return [{ template: regexp.source, expression: new RegExp(regexp.source, flags) }];
  }
  let groups = 0;
  return sources.map((source) => {
    const own = keys.slice(groups);
    groups += countGroups(source);
    const template = isGenerated(source) ? writtenPattern(source, own) : source;
    return { template, expression: new RegExp(source, flags) };
  });
}

/** The parts that are joined by `|`, of lists within lists too. Those of Express 4.17 stand in a group. */
function alternatives(source: string): string[] {
  const inner = /^\(\?:(?=\^|\(\?:\^)([^]*)\)$/.exec(source)?.[1];
  if (inner !== undefined && isExpression(inner)) {
    return alternatives(inner);
  }
  const parts: string[] = [];
  let part: string | undefined;
  for (const piece of source.split(SEAM)) {
    part = part === undefined ? piece : `${part}|${piece}`;
    if (isExpression(part)) {
      parts.push(part);
      part = undefined;
    }
  }
  return parts.length > 1 && part === undefined ? parts.flatMap(alternatives) : [source];
}

/** A text that was cut within a group or a class is none. */
function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
