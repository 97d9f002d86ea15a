import type { RegistryType } from './registry.js';

type Test = (value: unknown) => boolean;

const isString: Test = (value) => typeof value === 'string';
const isInteger: Test = (value) => Number.isInteger(value) || typeof value === 'bigint';

const TESTS: Readonly<Record<string, Test>> = {
  string: isString,
  int: isInteger,
  double: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  any: () => true,
};

/** Names a type as a sentence does. */
export function typeName(type: RegistryType): string {
  return typeof type === 'string' ? type : memberType(type.enum);
}

/**
 * Whether a value has a type of the registry; for an enumeration, the type of its members.
 * @throws Error when the registry has a type that is not known here.
 */
export function hasType(value: unknown, type: RegistryType): boolean {
  const name = typeName(type);
  const item = name.endsWith('[]') ? name.slice(0, -2) : undefined;
  const test = TESTS[item ?? name];
  if (test === undefined) {
    throw new Error(`the registry has a type that the validator does not know: ${name}`);
  }
  return item === undefined ? test(value) : Array.isArray(value) && value.every(test);
}

function memberType(members: readonly unknown[]): 'int' | 'string' {
  return members.every(isInteger) ? 'int' : 'string';
}
