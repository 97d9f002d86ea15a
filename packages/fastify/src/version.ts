/** The version of `@otelier/fastify`, as its instrumentation scope. */
const VERSION = '0.1.0';

/** The instrumentation scope of everything that this package records. */
export const SCOPE = { name: '@otelier/fastify', version: VERSION };
