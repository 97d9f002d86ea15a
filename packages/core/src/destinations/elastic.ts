import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link elastic}. */
export interface ElasticOptions extends VendorOptions {
  /**
   * The managed OTLP endpoint of the project or deployment.
   *
   * @default ELASTIC_OTLP_ENDPOINT
   */
  readonly endpoint?: string;
}

/** Elasticsearch takes histograms as deltas; only its newer versions tell the two temporalities apart. */
export const ELASTIC: Vendor = {
  keyVariables: ['ELASTIC_API_KEY'],
  settings: { endpoint: { kind: 'url', variables: ['ELASTIC_OTLP_ENDPOINT'], required: true } },
  intake: ({ key, settings: { endpoint = '' } }) => ({ base: endpoint, headers: { authorization: `ApiKey ${key}` } }),
  temporality: 'delta',
  refusalAdvice: KEY_ADVICE,
};

/**
 * Elastic Cloud: traces, metrics and logs to its managed OTLP endpoint.
 *
 * @param options - the key is by default ELASTIC_API_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when key or endpoint is missing
 * @see https://www.elastic.co/docs/reference/opentelemetry/motlp
 */
export function elastic(options: ElasticOptions = {}): VendorDestination {
  checkVendorOptions('elastic', ELASTIC, options);
  return vendorDestination('elastic', options);
}
