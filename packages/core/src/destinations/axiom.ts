import type { VendorDestination } from './destination.js';
import { KEY_ADVICE, vendorDestination, type Vendor, type VendorOptions } from './vendor.js';
import { checkVendorOptions } from './vendor-checks.js';

/** Options of {@link axiom}. Axiom wants a dataset of its own for each signal. */
export interface AxiomOptions extends VendorOptions {
  /**
   * The dataset of traces.
   *
   * @default AXIOM_DATASET
   */
  readonly dataset?: string;
  /**
   * The dataset of metrics.
   *
   * @default dataset
   */
  readonly metricsDataset?: string;
  /**
   * The dataset of log records.
   *
   * @default dataset
   */
  readonly logsDataset?: string;
  /**
   * The domain that the organization sends to, such as that of an edge deployment.
   *
   * @default 'https://api.axiom.co'
   */
  readonly endpoint?: string;
}

/** Datasets are headers; that of metrics has another name. */
export const AXIOM: Vendor = {
  keyVariables: ['AXIOM_TOKEN'],
  settings: {
    dataset: { kind: 'text', variables: ['AXIOM_DATASET'], required: true },
    metricsDataset: { kind: 'text' },
    logsDataset: { kind: 'text' },
    endpoint: { kind: 'url', fallback: 'https://api.axiom.co' },
  },
  intake: ({ key, settings }, signal) => {
    const { dataset = '', metricsDataset = dataset, logsDataset = dataset, endpoint = '' } = settings;
    const datasets = {
      traces: { 'x-axiom-dataset': dataset },
      metrics: { 'x-axiom-metrics-dataset': metricsDataset },
      logs: { 'x-axiom-dataset': logsDataset },
    };
    return { base: endpoint, headers: { authorization: `Bearer ${key}`, ...datasets[signal] } };
  },
  refusalAdvice: `${KEY_ADVICE} to the dataset`,
};

/**
 * Axiom: traces, metrics and logs, each to its dataset.
 *
 * @param options - the key is an API token, by default AXIOM_TOKEN
 * @throws TypeError for a wrong option; `setupOtel()` throws one when the key or the dataset is missing
 * @see https://axiom.co/docs/send-data/opentelemetry
 */
export function axiom(options: AxiomOptions = {}): VendorDestination {
  checkVendorOptions('axiom', AXIOM, options);
  return vendorDestination('axiom', options);
}
