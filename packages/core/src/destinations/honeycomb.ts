import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link honeycomb}. */
export interface HoneycombOptions extends VendorOptions {
  /**
   * Where the team's data is.
   *
   * @default 'us'
   */
  readonly region?: 'us' | 'eu';
  /**
   * The dataset of metrics, and with a classic key of everything.
   *
   * @default Honeycomb's, which is `unknown_metrics`
   */
  readonly dataset?: string;
}

/** The key is that of a team and environment. */
export const HONEYCOMB: Vendor = {
  keyVariables: ['HONEYCOMB_API_KEY'],
  settings: {
    region: { kind: 'text', values: ['us', 'eu'], fallback: 'us' },
    dataset: { kind: 'text' },
    endpoint: { kind: 'url' },
  },
  intake: ({ key, settings: { region, dataset, endpoint } }) => ({
    base: endpoint ?? (region === 'eu' ? 'https://api.eu1.honeycomb.io' : 'https://api.honeycomb.io'),
    headers: { 'x-honeycomb-team': key, ...(dataset === undefined ? {} : { 'x-honeycomb-dataset': dataset }) },
  }),
  refusalAdvice: `${KEY_ADVICE}, or is of another region`,
};

/**
 * Honeycomb: traces, metrics and logs.
 *
 * @param options - the key is by default HONEYCOMB_API_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when there is no key
 * @see https://docs.honeycomb.io/send-data/opentelemetry/
 */
export function honeycomb(options: HoneycombOptions = {}): VendorDestination {
  checkVendorOptions('honeycomb', HONEYCOMB, options);
  return vendorDestination('honeycomb', options);
}
