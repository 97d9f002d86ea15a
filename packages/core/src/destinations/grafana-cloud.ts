import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link grafanaCloud}. */
export interface GrafanaCloudOptions extends VendorOptions {
  /**
   * The gateway of the stack, such as `https://otlp-gateway-prod-eu-west-0.grafana.net/otlp`.
   *
   * @default GRAFANA_CLOUD_OTLP_ENDPOINT
   */
  readonly endpoint?: string;
  /**
   * The number of the stack's OTLP instance.
   *
   * @default GRAFANA_CLOUD_INSTANCE_ID
   */
  readonly instanceId?: string;
}

/** Basic credentials of the instance and an access policy's token. */
export const GRAFANA_CLOUD: Vendor = {
  keyVariables: ['GRAFANA_CLOUD_API_KEY'],
  settings: {
    endpoint: { kind: 'url', variables: ['GRAFANA_CLOUD_OTLP_ENDPOINT'], required: true },
    instanceId: { kind: 'text', variables: ['GRAFANA_CLOUD_INSTANCE_ID'], required: true },
  },
  intake: ({ key, settings: { endpoint = '', instanceId = '' } }) => ({
    base: endpoint,
    headers: { authorization: `Basic ${Buffer.from(`${instanceId}:${key}`).toString('base64')}` },
  }),
  refusalAdvice: `${KEY_ADVICE}, or is of another instance`,
};

/**
 * Grafana Cloud: traces, metrics and logs to the OTLP gateway of a stack.
 *
 * @param options - the key is the token of an access policy, by default GRAFANA_CLOUD_API_KEY
 * @throws TypeError for a wrong option; `setupOtel()` throws one when key, instance or endpoint is missing
 * @see https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/
 */
export function grafanaCloud(options: GrafanaCloudOptions = {}): VendorDestination {
  checkVendorOptions('grafanaCloud', GRAFANA_CLOUD, options);
  return vendorDestination('grafanaCloud', options);
}
