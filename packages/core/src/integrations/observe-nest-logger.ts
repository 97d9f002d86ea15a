import { lazily } from '../lazily.js';
import type * as NestLogger from './nest-logger.js';

const nest = lazily(() => require('./nest-logger.js') as typeof NestLogger);

/**
 * Observes Nest's `ConsoleLogger`, which prints what its `Logger` is given unless the application has another one, from
 * now on until the set-up ends, and in every set-up after it.
 *
 * @param prototype - that of the class, as no module system tells of Nest 12
 */
export function observeNestLogger(prototype: object): void {
  nest().observeLoggerPrototype(prototype);
}
