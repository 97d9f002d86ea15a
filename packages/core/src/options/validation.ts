/** Throws the `TypeError` of a wrong option: its name, its value and what is allowed. */
export function invalidOption(name: string, value: unknown, allowed: string): never {
  throw new TypeError(`[otelier] option ${name}: ${show(value)} is not allowed. Allowed: ${allowed}.`);
}

/** Throws unless the options are a plain object with known names only. */
export function checkNames(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    invalidOption(where, options, 'an object');
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      invalidOption(`${where}.${name}`, (options as Record<string, unknown>)[name], `one of ${known.join(', ')}`);
    }
  }
}

/** Throws unless the value is absent or a text that is not empty. */
export function checkText(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
    invalidOption(name, value, 'a text that is not empty');
  }
}

/** Throws unless the value is absent, true or false. */
export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    invalidOption(name, value, 'true or false');
  }
}

/** Throws unless the value is absent or a number of milliseconds from 0 upwards. */
export function checkMillis(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value) || value < 0)) {
    invalidOption(name, value, 'a number of milliseconds from 0 upwards');
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

/** Whether a value is an object with all the methods named. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
  );
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
