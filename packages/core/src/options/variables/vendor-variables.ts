import type { Variable } from './variable.js';

const KEY = { kind: 'secret', fallback: 'none' } as const;
const URL_OF = { kind: 'url', fallback: 'none' } as const;

/** The variables of the vendors' intakes; one is read when its destination is given in code. */
export const VENDOR_VARIABLES = {
  MACKEREL_APIKEY: { ...KEY, meaning: 'The key of `mackerel()`' },
  MACKEREL_API_KEY: { ...KEY, meaning: 'The same, under its other name' },
  GRAFANA_CLOUD_API_KEY: { ...KEY, meaning: 'The token of `grafanaCloud()`' },
  GRAFANA_CLOUD_INSTANCE_ID: { kind: 'text', meaning: 'The instance that `grafanaCloud()` sends to', fallback: 'none' },
  GRAFANA_CLOUD_OTLP_ENDPOINT: { ...URL_OF, meaning: 'The gateway that `grafanaCloud()` sends to' },
  DD_API_KEY: { ...KEY, meaning: 'The key of `datadog()`' },
  DD_SITE: { kind: 'text', meaning: 'The site that `datadog()` sends to', fallback: 'datadoghq.com' },
  HONEYCOMB_API_KEY: { ...KEY, meaning: 'The key of `honeycomb()`' },
  NEW_RELIC_LICENSE_KEY: { ...KEY, meaning: 'The key of `newRelic()`' },
  DASH0_AUTH_TOKEN: { ...KEY, meaning: 'The token of `dash0()`' },
  AXIOM_TOKEN: { ...KEY, meaning: 'The token of `axiom()`' },
  AXIOM_DATASET: { kind: 'text', meaning: 'The dataset that `axiom()` sends to', fallback: 'none' },
  ELASTIC_API_KEY: { ...KEY, meaning: 'The key of `elastic()`' },
  ELASTIC_OTLP_ENDPOINT: { ...URL_OF, meaning: 'The endpoint that `elastic()` sends to' },
} as const satisfies Record<string, Variable>;

/** The proxies between this process and its destinations, as most programs know them. */
export const PROXY_VARIABLES = {
  http_proxy: { ...URL_OF, general: 'HTTP_PROXY', meaning: 'The proxy on the way to destinations over http' },
  HTTP_PROXY: { ...URL_OF, meaning: 'The same, in upper case' },
  https_proxy: { ...URL_OF, general: 'HTTPS_PROXY', meaning: 'The proxy on the way to destinations over https' },
  HTTPS_PROXY: { ...URL_OF, meaning: 'The same, in upper case' },
  no_proxy: { kind: 'list', general: 'NO_PROXY', meaning: 'Hosts, domains and networks that are spoken to without a proxy', fallback: 'none' },
  NO_PROXY: { kind: 'list', meaning: 'The same, in upper case', fallback: 'none' },
} as const satisfies Record<string, Variable>;
