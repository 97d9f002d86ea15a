import { AXIOM } from './axiom.js';
import { DASH0 } from './dash0.js';
import { DATADOG } from './datadog.js';
import type { VendorName } from './destination.js';
import { ELASTIC } from './elastic.js';
import { GRAFANA_CLOUD } from './grafana-cloud.js';
import { HONEYCOMB } from './honeycomb.js';
import { MACKEREL } from './mackerel.js';
import { NEW_RELIC } from './new-relic.js';
import type { Vendor } from './vendor.js';

/** How each vendor takes OTLP. */
export const VENDORS: Readonly<Record<VendorName, Vendor>> = {
  mackerel: MACKEREL,
  grafanaCloud: GRAFANA_CLOUD,
  datadog: DATADOG,
  honeycomb: HONEYCOMB,
  newRelic: NEW_RELIC,
  dash0: DASH0,
  axiom: AXIOM,
  elastic: ELASTIC,
};
