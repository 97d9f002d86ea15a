import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link datadog}. */
export interface DatadogOptions extends VendorOptions {
  /**
   * The site of the organization, such as `datadoghq.eu`.
   *
   * @default DD_SITE, then 'datadoghq.com'
   */
  readonly site?: string;
}

/** The intake takes delta metrics alone, and requests of traces of 3.2 MB at most. */
export const DATADOG: Vendor = {
  keyVariables: ['DD_API_KEY'],
  settings: {
    site: { kind: 'host', variables: ['DD_SITE'], fallback: 'datadoghq.com' },
    endpoint: { kind: 'url' },
  },
  intake: ({ key, settings: { site = '', endpoint } }) => ({
    base: endpoint ?? `https://otlp.${site}`,
    headers: { 'dd-api-key': key },
  }),
  temporality: 'delta',
  maxRequestBytes: 3_200_000,
  oldEnvironment: true,
  refusalAdvice: `${KEY_ADVICE}, or is of another site`,
};

/**
 * Datadog, without its Agent: traces (which Datadog opens on request), metrics and logs.
 *
 * @param options - the key is by default DD_API_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when there is no key
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/traces/
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/metrics/
 */
export function datadog(options: DatadogOptions = {}): VendorDestination {
  checkVendorOptions('datadog', DATADOG, options);
  return vendorDestination('datadog', options);
}
