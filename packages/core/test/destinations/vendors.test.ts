import { verifies } from '@otelier/testkit';
import {
  axiom,
  collector,
  dash0,
  datadog,
  elastic,
  grafanaCloud,
  honeycomb,
  mackerel,
  newRelic,
  setupOtel,
  viewer,
  type Destination,
  type Signal,
} from '../../src/index.js';
import type { OtlpEndpoint } from '../../src/destinations/destination.js';
import type { Environment } from '../../src/options/env.js';
import type { ResolvedDestination } from '../../src/options/resolved-options.js';
import { resolved } from '../options/known-surroundings.js';

const KEY = 'sk-12345';
const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

interface Expected {
  readonly name: string;
  /** By signal, or one base to which the paths are added. */
  readonly urls: string | Readonly<Record<Signal, string>>;
  readonly headers: Readonly<Record<string, string>> | Readonly<Record<Signal, Readonly<Record<string, string>>>>;
  readonly temporality?: string;
  readonly maxRequestBytes?: number;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** The variables alone, what a program writes, and where everything goes. */
const vendors: readonly (readonly [make: () => Destination, env: Environment, expected: Expected])[] = [
  [
    grafanaCloud,
    { GRAFANA_CLOUD_API_KEY: KEY, GRAFANA_CLOUD_INSTANCE_ID: '4711', GRAFANA_CLOUD_OTLP_ENDPOINT: 'https://gw.grafana.net/otlp' },
    { name: 'grafanaCloud', urls: 'https://gw.grafana.net/otlp', headers: { authorization: basic(`4711:${KEY}`) } },
  ],
  [
    datadog,
    { DD_API_KEY: KEY, DD_SITE: 'datadoghq.eu' },
    {
      name: 'datadog',
      urls: 'https://otlp.datadoghq.eu',
      headers: { 'dd-api-key': KEY },
      temporality: 'delta',
      maxRequestBytes: 3_200_000,
    },
  ],
  [honeycomb, { HONEYCOMB_API_KEY: KEY }, { name: 'honeycomb', urls: 'https://api.honeycomb.io', headers: { 'x-honeycomb-team': KEY } }],
  [
    () => honeycomb({ region: 'eu', dataset: 'shop' }),
    { HONEYCOMB_API_KEY: KEY },
    { name: 'honeycomb', urls: 'https://api.eu1.honeycomb.io', headers: { 'x-honeycomb-team': KEY, 'x-honeycomb-dataset': 'shop' } },
  ],
  [
    newRelic,
    { NEW_RELIC_LICENSE_KEY: KEY },
    { name: 'newRelic', urls: 'https://otlp.nr-data.net', headers: { 'api-key': KEY }, temporality: 'delta', maxRequestBytes: 1_000_000 },
  ],
  [
    () => newRelic({ region: 'eu' }),
    { NEW_RELIC_LICENSE_KEY: KEY },
    { name: 'newRelic', urls: 'https://otlp.eu01.nr-data.net', headers: { 'api-key': KEY }, temporality: 'delta', maxRequestBytes: 1_000_000 },
  ],
  [
    () => dash0({ dataset: 'shop' }),
    { DASH0_AUTH_TOKEN: KEY },
    { name: 'dash0', urls: 'https://ingress.eu-west-1.aws.dash0.com', headers: { authorization: `Bearer ${KEY}`, 'dash0-dataset': 'shop' } },
  ],
  [
    () => axiom({ metricsDataset: 'm' }),
    { AXIOM_TOKEN: KEY, AXIOM_DATASET: 'd' },
    {
      name: 'axiom',
      urls: 'https://api.axiom.co',
      headers: {
        traces: { authorization: `Bearer ${KEY}`, 'x-axiom-dataset': 'd' },
        metrics: { authorization: `Bearer ${KEY}`, 'x-axiom-metrics-dataset': 'm' },
        logs: { authorization: `Bearer ${KEY}`, 'x-axiom-dataset': 'd' },
      },
    },
  ],
  [
    elastic,
    { ELASTIC_API_KEY: KEY, ELASTIC_OTLP_ENDPOINT: 'https://x.ingest.elastic.cloud' },
    { name: 'elastic', urls: 'https://x.ingest.elastic.cloud', headers: { authorization: `ApiKey ${KEY}` }, temporality: 'delta' },
  ],
  ...[{ MACKEREL_APIKEY: KEY, MACKEREL_API_KEY: 'other' }, { MACKEREL_API_KEY: KEY }].map(
    (env) =>
      [
        mackerel,
        env,
        {
          name: 'mackerel',
          urls: {
            traces: 'https://otlp-vaxila.mackerelio.com/v1/traces',
            metrics: 'https://otlp.mackerelio.com:4317/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
            logs: 'https://otlp-vaxila.mackerelio.com/v1/logs',
          },
          headers: { 'mackerel-api-key': KEY, accept: '*/*' },
          maxRequestBytes: 3_500_000,
        },
      ] as const,
  ),
];

/** What is missing, and what the message names. */
const missing: readonly (readonly [make: () => Destination, env: Environment, option: string, variables: string])[] = [
  [mackerel, {}, 'mackerel({ key })', 'MACKEREL_APIKEY or MACKEREL_API_KEY'],
  [mackerel, { MACKEREL_APIKEY: '  ' }, 'mackerel({ key })', 'MACKEREL_APIKEY or MACKEREL_API_KEY'],
  [grafanaCloud, {}, 'grafanaCloud({ key })', 'GRAFANA_CLOUD_API_KEY'],
  [() => grafanaCloud({ key: KEY }), {}, 'grafanaCloud({ endpoint })', 'GRAFANA_CLOUD_OTLP_ENDPOINT'],
  [() => grafanaCloud({ key: KEY, endpoint: 'https://g' }), {}, 'grafanaCloud({ instanceId })', 'GRAFANA_CLOUD_INSTANCE_ID'],
  [datadog, {}, 'datadog({ key })', 'DD_API_KEY'],
  [honeycomb, {}, 'honeycomb({ key })', 'HONEYCOMB_API_KEY'],
  [newRelic, {}, 'newRelic({ key })', 'NEW_RELIC_LICENSE_KEY'],
  [dash0, {}, 'dash0({ key })', 'DASH0_AUTH_TOKEN'],
  [axiom, {}, 'axiom({ key })', 'AXIOM_TOKEN'],
  [() => axiom({ key: KEY }), {}, 'axiom({ dataset })', 'AXIOM_DATASET'],
  [elastic, {}, 'elastic({ key })', 'ELASTIC_API_KEY'],
  [() => elastic({ key: KEY }), { ELASTIC_OTLP_ENDPOINT: 'x.elastic.cloud' }, 'elastic({ endpoint })', 'ELASTIC_OTLP_ENDPOINT'],
];

function destinationOf(destination: Destination, env: Environment): ResolvedDestination {
  const [found] = resolved(env, { destinations: [destination] }).options.destinations;
  if (found === undefined) {
    throw new Error('nothing is sent');
  }
  return found;
}

function endpointOf(destination: ResolvedDestination, signal: Signal): OtlpEndpoint {
  const settled = destination[signal];
  if (settled?.kind !== 'otlp') {
    throw new Error(`${signal} are not sent over OTLP`);
  }
  return settled.endpoint;
}

describe('a vendor', () => {
  for (const [make, env, { name, urls, headers, temporality, maxRequestBytes }] of vendors) {
    verifies(['P7', 'P8'], `gets what its intake asks for: ${name} by ${Object.keys(env).join(', ')}`, () => {
      const destination = destinationOf(make(), env);
      expect(destination.name).toBe(name);
      expect(destination.metricOptions.temporality).toBe(temporality ?? 'cumulative');
      for (const signal of SIGNALS) {
        const endpoint = endpointOf(destination, signal);
        expect(endpoint.url).toBe(typeof urls === 'string' ? `${urls}/v1/${signal}` : urls[signal]);
        expect(endpoint.headers).toEqual('traces' in headers ? (headers as Record<Signal, object>)[signal] : headers);
        expect(endpoint.compression).toBe('gzip');
        expect(endpoint.protocol).toBe(endpoint.url.endsWith('/Export') ? 'grpc' : 'http/protobuf');
        expect(endpoint.maxRequestBytes).toBe(maxRequestBytes ?? 16_000_000);
      }
    });
  }

  for (const [make, env, option, variables] of missing) {
    verifies('P7', `that is not told everything is an error that names the variable: ${option} ${Object.keys(env).join()}`, () => {
      const message = `[otelier] option ${option}: it is missing. Set ${variables}, or give the option.`;
      expect(() => resolved(env, { destinations: [make()] })).toThrow(new TypeError(message));
    });
  }

  verifies('P7', 'throws from the set-up when its key is missing, and leaves no set-up behind', () => {
    expect(() => setupOtel({ destinations: [mackerel()], handleSignals: false })).toThrow(TypeError);
    const otel = setupOtel({ destinations: [], handleSignals: false });
    expect(otel.status().destinations).toEqual([]);
    return otel.shutdown();
  });

  verifies('P7', 'needs no key where the set-up is disabled', () => {
    expect(resolved({ OTEL_SDK_DISABLED: 'true' }, { destinations: [mackerel()] }).options.destinations).toEqual([]);
    expect(resolved({}, { disabled: true, destinations: [mackerel(), collector()] }).options.destinations).toHaveLength(1);
  });

  verifies('P7', 'takes a key in code before one of its variables, and other destinations see neither', () => {
    const env = { MACKEREL_APIKEY: 'of the variable', OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a', OTEL_EXPORTER_OTLP_CERTIFICATE: '/certificates/a.pem' };
    const destinations = [mackerel({ key: KEY, headers: { 'X-Team': 'shop' } }), collector(), viewer()];
    const [vendor, plain, local] = resolved(env, { destinations }).options.destinations;
    expect(vendor && endpointOf(vendor, 'traces').headers).toEqual({ 'mackerel-api-key': KEY, accept: '*/*', 'x-team': 'shop' });
    expect([vendor, plain].map((destination) => destination && Object.keys(endpointOf(destination, 'traces').certificates))).toEqual([[], ['ca']]);
    expect(plain && endpointOf(plain, 'traces').headers).toEqual({ 'x-tenant': 'a' });
    expect(local && endpointOf(local, 'traces')).toMatchObject({ url: 'http://localhost:4318/v1/traces', headers: {} });
  });

  verifies('P7', 'takes a key without what stands around it, and a header in code in the place of its own', () => {
    const destination = destinationOf(mackerel({ key: ` ${KEY}\t`, headers: { Accept: 'text/plain' } }), {});
    expect(endpointOf(destination, 'traces').headers).toEqual({ 'mackerel-api-key': KEY, accept: 'text/plain' });
  });

  verifies('P7', 'takes what is said in code: signals, time limit, compression, address', () => {
    const destination = destinationOf(
      datadog({ key: KEY, signals: ['logs'], timeoutMillis: 250, compression: 'none', endpoint: 'https://relay.example/dd', site: 'us5.datadoghq.com' }),
      { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative' },
    );
    expect([destination.traces, destination.metrics]).toEqual([undefined, undefined]);
    expect(endpointOf(destination, 'logs')).toMatchObject({ url: 'https://relay.example/dd/v1/logs', timeoutMillis: 250, compression: 'none' });
    // What the intake does not take is not sent, whatever the variable prefers.
    expect(destination.metricOptions.temporality).toBe('delta');
  });

  verifies('P7', 'warns of a variable that makes no sense, and takes the default', () => {
    const { options, problems } = resolved({ DD_SITE: 'https://datadoghq.eu' }, { destinations: [datadog({ key: KEY })] });
    expect(options.destinations.map((destination) => endpointOf(destination, 'traces').url)).toEqual(['https://otlp.datadoghq.com/v1/traces']);
    expect(problems).toEqual([
      'OTELIER_ENV_INVALID DD_SITE: "https://datadoghq.eu" is not a part of a host name; using datadoghq.com.',
    ]);
  });

  verifies('P2', 'that looks for the environment under its older name gets it there too, and only then', () => {
    const environment = (destinations: Destination[]): unknown[] => {
      const { resource } = resolved({}, { environment: 'staging', destinations }).options;
      return [resource['deployment.environment.name'], resource['deployment.environment']];
    };
    expect(environment([datadog({ key: KEY })])).toEqual(['staging', 'staging']);
    expect(environment([mackerel({ key: KEY }), collector()])).toEqual(['staging', 'staging']);
    expect(environment([honeycomb({ key: KEY }), collector()])).toEqual(['staging', undefined]);
    const own = { environment: 'staging', resourceAttributes: { 'deployment.environment': 'mine' } };
    expect(resolved({}, { ...own, destinations: [mackerel({ key: KEY })] }).options.resource).toMatchObject({ 'deployment.environment': 'mine' });
    expect(resolved({}, { destinations: [mackerel({ key: KEY })] }).options.resource).not.toHaveProperty(['deployment.environment']);
  });
});

/** What JavaScript programs write, and what the message says; no message has the key. */
const wrong: readonly (readonly [make: () => unknown, message: string])[] = [
  [() => mackerel({ key: '' }), 'mackerel.key: the value that is set is not allowed.'],
  [() => mackerel({ key: `${KEY}\n` as string }), 'mackerel.key: the value that is set is not allowed.'],
  [() => mackerel({ key: 7 as unknown as string }), 'mackerel.key: the value that is set is not allowed.'],
  [() => mackerel({ apiKey: KEY } as object), 'mackerel.apiKey: there is no such option.'],
  [() => datadog({ site: `${KEY}/x` }), `datadog.site: "${KEY}/x" is not allowed.`],
  [() => honeycomb({ region: 'asia' as 'eu' }), 'honeycomb.region: "asia" is not allowed. Allowed: us, eu.'],
  [() => elastic({ endpoint: 'elastic.cloud' }), 'elastic.endpoint: "elastic.cloud" is not allowed.'],
  [() => axiom({ dataset: 'a\r\nb' }), 'axiom.dataset:'],
  [() => viewer('localhost:4318'), 'viewer(url): "localhost:4318" is not allowed.'],
  [() => collector('http://c', { protocol: 'http' as 'grpc' }), 'collector.protocol: "http" is not allowed. Allowed: http/protobuf, http/json, grpc.'],
  [() => newRelic({ signals: ['trace' as 'traces'] }), 'newRelic.signals[0]: "trace" is not allowed.'],
  [() => setupOtel({ destinations: [{ ...mackerel(), vendor: 'toString' as 'mackerel' }] }), 'destinations[0].vendor: "toString" is not allowed.'],
  [() => setupOtel({ destinations: [{ ...mackerel(), settings: { site: 'x' } }] }), 'destinations[0].settings.site: there is no such option.'],
  [() => setupOtel({ destinations: [{ ...mackerel(), key: '' }] }), 'destinations[0].key: the value that is set is not allowed.'],
];

describe('a wrong option of a destination', () => {
  for (const [make, message] of wrong) {
    verifies('P7', `throws: ${JSON.stringify(message)}`, () => {
      expect(make).toThrow(TypeError);
      expect(make).toThrow(message);
    });
  }
});
