/** The version of `@otelier/express`, as its instrumentation scope. */
export const VERSION = '0.1.0';
