/** The version of `@otelier/core`, as instrumentation scope and `telemetry.distro.version`. */
export const VERSION = '0.1.0';

/** The instrumentation scope of everything that core itself observes. */
export const SCOPE_NAME = '@otelier/core';
