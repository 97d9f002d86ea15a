import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link dash0}. */
export interface Dash0Options extends VendorOptions {
  /**
   * The region of the organization, as its ingress has it: `https://ingress.<region>.dash0.com`.
   *
   * @default 'eu-west-1.aws'
   */
  readonly region?: string;
  /**
   * The dataset, which a token that is restricted to one needs.
   *
   * @default Dash0's, which is `default`
   */
  readonly dataset?: string;
}

/** A token, and a dataset if there are several. */
export const DASH0: Vendor = {
  keyVariables: ['DASH0_AUTH_TOKEN'],
  settings: {
    region: { kind: 'host', fallback: 'eu-west-1.aws' },
    dataset: { kind: 'text' },
    endpoint: { kind: 'url' },
  },
  intake: ({ key, settings: { region = '', dataset, endpoint } }) => ({
    base: endpoint ?? `https://ingress.${region}.dash0.com`,
    headers: { authorization: `Bearer ${key}`, ...(dataset === undefined ? {} : { 'dash0-dataset': dataset }) },
  }),
  refusalAdvice: `${KEY_ADVICE}, is of another region, or is restricted to another dataset`,
};

/**
 * Dash0: traces, metrics and logs.
 *
 * @param options - the key is an auth token, by default DASH0_AUTH_TOKEN
 * @throws TypeError for a wrong option; `setupOtel()` throws one when there is no key
 * @see https://www.dash0.com/documentation/dash0/key-concepts/endpoints
 */
export function dash0(options: Dash0Options = {}): VendorDestination {
  checkVendorOptions('dash0', DASH0, options);
  return vendorDestination('dash0', options);
}
