import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link newRelic}. */
export interface NewRelicOptions extends VendorOptions {
  /**
   * Where the account's data is.
   *
   * @default 'us'
   */
  readonly region?: 'us' | 'eu' | 'gov';
}

const INTAKES: Readonly<Record<string, string>> = {
  us: 'https://otlp.nr-data.net',
  eu: 'https://otlp.eu01.nr-data.net',
  gov: 'https://gov-otlp.nr-data.net',
};

/** Requests of 1 MB (10^6 bytes) at most, counted here before their compression. */
export const NEW_RELIC: Vendor = {
  keyVariables: ['NEW_RELIC_LICENSE_KEY'],
  settings: {
    region: { kind: 'text', values: Object.keys(INTAKES), fallback: 'us' },
    endpoint: { kind: 'url' },
  },
  intake: ({ key, settings: { region = '', endpoint } }) => ({
    base: endpoint ?? INTAKES[region] ?? '',
    headers: { 'api-key': key },
  }),
  temporality: 'delta',
  maxRequestBytes: 1_000_000,
  refusalAdvice: `${KEY_ADVICE}, or is of another region`,
};

/**
 * New Relic: traces, metrics and logs.
 *
 * @param options - the key is a license key, by default NEW_RELIC_LICENSE_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when there is no key
 * @see https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/
 */
export function newRelic(options: NewRelicOptions = {}): VendorDestination {
  checkVendorOptions('newRelic', NEW_RELIC, options);
  return vendorDestination('newRelic', options);
}
