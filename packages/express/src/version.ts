/** The version of `@otelier/express`, as its instrumentation scope. */
const VERSION = '0.1.0';

/** The instrumentation scope of everything that this package records. */
export const SCOPE = { name: '@otelier/express', version: VERSION };
