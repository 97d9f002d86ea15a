import pino from 'pino';

/** The shop's logger: every line written within a request carries the ids of its trace and span, by Otelier. */
export const log = pino();
