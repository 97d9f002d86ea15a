import type { VendorDestination } from './destination.js';
import { vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link mackerel}. */
export interface MackerelOptions extends VendorOptions {
  /**
   * The base address of the gRPC intake of metrics.
   *
   * @default 'https://otlp.mackerelio.com:4317'
   */
  readonly metricsEndpoint?: string;
}

/** Traces and logs by HTTP in requests below 3.5 MB, metrics by gRPC. */
export const MACKEREL: Vendor = {
  keyVariables: ['MACKEREL_APIKEY', 'MACKEREL_API_KEY'],
  settings: {
    endpoint: { kind: 'url', fallback: 'https://otlp-vaxila.mackerelio.com' },
    metricsEndpoint: { kind: 'url', fallback: 'https://otlp.mackerelio.com:4317' },
  },
  intake: ({ key, settings: { endpoint = '', metricsEndpoint = '' } }, signal) => ({
    ...(signal === 'metrics' ? { base: metricsEndpoint, protocol: 'grpc' } : { base: endpoint }),
    headers: { 'mackerel-api-key': key, accept: '*/*' },
  }),
  maxRequestBytes: 3_500_000,
  oldEnvironment: true,
  refusalAdvice: 'the API key needs write permission, and a new or changed key takes about a minute to work',
};

/**
 * Mackerel: traces and logs, and metrics as labeled metrics.
 *
 * @param options - the key is by default MACKEREL_APIKEY, then MACKEREL_API_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when there is no key
 * @see https://mackerel.io/docs/entry/tracing/installations/other-language
 * @see https://mackerel.io/docs/entry/howto/labeled-metrics/post-metrics
 */
export function mackerel(options: MackerelOptions = {}): VendorDestination {
  checkVendorOptions('mackerel', MACKEREL, options);
  return vendorDestination('mackerel', options);
}
