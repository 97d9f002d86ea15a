import { checkNames, invalidOption } from '../diagnostics/validation.js';
import type { OtelOptions } from './otel-options.js';

/** What can be set where a framework's adapter is registered. */
export interface RequestOptions {
  /**
   * Options of the set-up that the adapter makes when nothing has set up OpenTelemetry yet; `false` leaves the set-up
   * to the application.
   *
   * @default {} set up from the environment
   */
  readonly otel?: OtelOptions | false;
}

/**
 * Checks the options given to an adapter.
 *
 * @param where - the adapter's function, for the message
 * @throws TypeError for a wrong option
 */
export function checkRequestOptions(where: string, options: RequestOptions): void {
  checkNames(where, options, ['otel'] satisfies (keyof RequestOptions)[]);
  if (options.otel !== undefined && options.otel !== false && typeof options.otel !== 'object') {
    invalidOption('otel', options.otel, 'false or the options of setupOtel()');
  }
}
