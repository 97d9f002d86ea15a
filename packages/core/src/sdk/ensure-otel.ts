import type { RequestOptions } from '../options/request-options.js';
import type { Otel } from './otel.js';
import { setupOtel } from './setup-otel.js';

/**
 * What an adapter does first: sets up OpenTelemetry, unless the application has done so or does not want it.
 *
 * @returns the handle; `undefined` when the application does not want a set-up
 */
export function ensureOtel(options: Pick<RequestOptions, 'otel'>): Otel | undefined {
  return options.otel === false ? undefined : setupOtel(options.otel);
}
