/** The version of `@otelier/fastify`, as its instrumentation scope. */
export const VERSION = '0.1.0';
