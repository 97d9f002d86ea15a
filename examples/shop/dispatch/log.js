import pino from 'pino';

/** The dispatch's logger: every line written within a job carries the ids of its trace and span, by Otelier. */
export const log = pino();
