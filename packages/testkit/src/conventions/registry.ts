import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A type of the registry: `string`, `int[]`, `template[string]`, … or an enumeration of known values. */
export type RegistryType = string | { readonly enum: readonly (string | number)[] };

interface AttributeDefinition {
  readonly type: RegistryType;
  readonly stability: string;
  /** What to use instead, or why it is gone. */
  readonly deprecated?: string;
}

/** What a span definition says of one attribute. */
export interface SpanAttribute {
  readonly level: 'required' | 'conditionally_required' | 'recommended' | 'opt_in';
  readonly when?: string;
}

interface Registry {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, AttributeDefinition>>;
  readonly spans: Readonly<Record<string, Readonly<Record<string, SpanAttribute>>>>;
}

/** An attribute's definition as it applies to one name. */
export interface KnownAttribute {
  /** The registry's own name: of `http.request.header.accept` it is `http.request.header`. */
  readonly id: string;
  /** The type of the value; for a template, of each of its attributes. */
  readonly type: RegistryType;
  readonly deprecated: string | undefined;
  /** What stands for `<key>` in a template's name; `undefined` for every other attribute. */
  readonly key: string | undefined;
}

const TEMPLATE = /^template\[(.+)\]$/;

const registry = JSON.parse(readFileSync(join(__dirname, 'registry.json'), 'utf8')) as Registry;
const attributes = new Map(Object.entries(registry.attributes));
const spans = new Map(
  Object.entries(registry.spans).map(([id, definition]) => [id, new Map(Object.entries(definition))]),
);

/** The release of the semantic conventions that the registry is of, such as `v1.44.0`. */
export const REGISTRY_TAG = registry.tag;

/** Finds the definition of an attribute; `undefined` when the registry has none, or has a template without a key. */
export function findAttribute(name: string): KnownAttribute | undefined {
  const exact = attributes.get(name);
  if (exact !== undefined) {
    return templateType(exact) === undefined ? known(name, exact) : undefined;
  }
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const id = name.slice(0, dot);
    const definition = attributes.get(id);
    if (definition !== undefined && templateType(definition) !== undefined && dot < name.length - 1) {
      return known(id, definition, name.slice(dot + 1));
    }
  }
  return undefined;
}

/** The attributes of a span definition such as `span.http.server`, by their names in the registry. */
export function spanDefinition(id: string): ReadonlyMap<string, SpanAttribute> | undefined {
  return spans.get(id);
}

function known(id: string, definition: AttributeDefinition, key?: string): KnownAttribute {
  return { id, type: templateType(definition) ?? definition.type, deprecated: definition.deprecated, key };
}

function templateType({ type }: AttributeDefinition): string | undefined {
  return typeof type === 'string' ? TEMPLATE.exec(type)?.[1] : undefined;
}
