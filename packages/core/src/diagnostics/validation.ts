/** The longest time that a timer of Node.js can wait, in milliseconds; it takes a longer one for none at all. */
export const MAX_TIMER_MILLIS = 2_147_483_647;

/** Throws the `TypeError` of a wrong option: its name, its value and what is allowed. */
export function invalidOption(name: string, value: unknown, allowed: string): never {
  throw new TypeError(`[otelier] option ${name}: ${show(value)} is not allowed. Allowed: ${allowed}.`);
}

/** Throws the `TypeError` of a wrong option whose value can be a secret and is not shown. */
export function invalidSecret(name: string, allowed: string): never {
  throw new TypeError(`[otelier] option ${name}: the value that is set is not allowed. Allowed: ${allowed}.`);
}

/** Throws for a value of a wrong shape; a text in the place of an object can be a key, and is not shown. */
export function invalidShape(name: string, value: unknown, allowed: string): never {
  return typeof value === 'string' ? invalidSecret(name, allowed) : invalidOption(name, value, allowed);
}

/** Throws unless the options are an object, and no array, with known names only. */
export function checkNames(where: string, options: unknown, known: readonly string[]): void {
  if (!isRecord(options)) {
    invalidShape(where, options, 'an object');
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      // What a misspelt option holds can be a secret.
      throw new TypeError(`[otelier] option ${where}.${name}: there is no such option. Allowed: ${known.join(', ')}.`);
    }
  }
}

/** Throws unless the value is absent or a text that is not empty. */
export function checkText(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
    invalidOption(name, value, 'a text that is not empty');
  }
}

/** Throws unless the value is absent or an array of texts that are not empty. */
export function checkTexts(name: string, value: unknown): void {
  if (value !== undefined && !(Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== ''))) {
    invalidOption(name, value, 'an array of texts that are not empty');
  }
}

/** Throws unless the value is absent or a function. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    invalidOption(name, value, 'a function');
  }
}

/** Throws unless the value is absent, true or false. */
export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    invalidOption(name, value, 'true or false');
  }
}

/** Throws unless the value is absent or a number of milliseconds that a timer can wait. */
export function checkMillis(name: string, value: unknown, minimum: 0 | 1 = 0): void {
  if (value !== undefined && !(typeof value === 'number' && value >= minimum && value <= MAX_TIMER_MILLIS)) {
    invalidOption(name, value, `a number of milliseconds from ${minimum} to ${MAX_TIMER_MILLIS}`);
  }
}

/** Throws unless the value is absent or one of a few words. */
export function checkWord(name: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined && !(allowed as readonly unknown[]).includes(value)) {
    invalidOption(name, value, allowed.join(', '));
  }
}

/** Throws unless the value is absent or an array of objects that have all the methods named. */
export function checkObjects(name: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) {
    return;
  }
  if (!Array.isArray(value) || !value.every((item) => hasMethods(item, methods))) {
    invalidOption(name, value, `an array of objects with ${methods.map((method) => `${method}()`).join(' and ')}`);
  }
}

/** Whether a value is an object, and no array, with all the methods named. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  return isRecord(value) && methods.every((method) => typeof value[method] === 'function');
}

/** Whether a value is an object and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.slice(0, 200));
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
  return typeof value === 'function' ? 'a function' : String(value);
}
