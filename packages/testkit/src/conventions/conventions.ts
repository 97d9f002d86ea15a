import { DATABASE_RULES } from './database-rules.js';
import { HTTP_CLIENT_RULES } from './http-client-rules.js';
import { HTTP_SERVER_RULES } from './http-server-rules.js';
import { findAttribute, spanDefinition, type SpanAttribute } from './registry.js';
import { brokenRules, type Rule } from './sentence.js';
import type { SpanRecord } from './span-record.js';
import { spanViolations } from './span-rules.js';

/** What the conventions say of one sort of span. */
interface Convention {
  /** The span definition, such as `span.http.server`. */
  readonly id: string;
  readonly attributes: ReadonlyMap<string, SpanAttribute>;
  readonly rules: readonly Rule[];
}

/** Namespaces whose attributes describe one sort of span; the attributes of all others fit anywhere. */
const SPECIFIC_NAMESPACES = ['http.', 'db.'];

/**
 * Says in sentences how an ended span breaks the semantic conventions; an empty list when it keeps them.
 *
 * Which conventions apply is read from the span: SERVER with `http.*` or `url.*` attributes, CLIENT with `db.*`, CLIENT
 * with `http.*`. All other spans are judged by what holds for every span. The type of integers among the attributes is
 * judged by value, so a whole number that was sent as a double passes.
 */
export function conventionViolations(span: SpanRecord): string[] {
  const convention = conventionOf(span);
  return [
    ...spanViolations(span),
    ...(convention === undefined
      ? []
      : [...brokenRules(span, convention.rules), ...definitionViolations(span, convention)]),
  ];
}

function conventionOf(span: SpanRecord): Convention | undefined {
  const names = Object.keys(span.attributes);
  const has = (...prefixes: string[]): boolean =>
    names.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  if (span.kind === 'SERVER' && has('http.', 'url.')) {
    return convention('span.http.server', HTTP_SERVER_RULES);
  }
  if (span.kind !== 'CLIENT') {
    return undefined;
  }
  if (has('db.')) {
    return convention('span.db.client', DATABASE_RULES, `span.db.${String(span.attributes['db.system.name'])}.client`);
  }
  return has('http.') ? convention('span.http.client', HTTP_CLIENT_RULES) : undefined;
}

/** A convention, with what the definition for a system adds where there is one. */
function convention(id: string, rules: readonly Rule[], refinement?: string): Convention {
  const refined = refinement === undefined ? undefined : spanDefinition(refinement);
  return { id, rules, attributes: new Map([...(spanDefinition(id) ?? []), ...(refined ?? [])]) };
}

function definitionViolations(span: SpanRecord, { id, attributes }: Convention): string[] {
  const missing = [...attributes].filter(([name, { level }]) => level === 'required' && !(name in span.attributes));
  const misplaced = Object.keys(span.attributes).filter((name) => {
    const known = findAttribute(name);
    const isSpecific = SPECIFIC_NAMESPACES.some((namespace) => name.startsWith(namespace));
    return isSpecific && known !== undefined && known.deprecated === undefined && !attributes.has(known.id);
  });
  return [
    ...missing.map(([name]) => `${name} is missing, and ${id} requires it`),
    ...misplaced.map((name) => `${name} is no attribute of ${id}`),
  ];
}
