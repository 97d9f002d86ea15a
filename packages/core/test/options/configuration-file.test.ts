import { verifies } from '@otelier/testkit';
import type { Environment } from '../../src/options/env.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import type { ResolvedOptions } from '../../src/options/resolved-options.js';
import { CERTIFICATE_FILE, surroundings } from './known-surroundings.js';

interface Read {
  readonly options: ResolvedOptions;
  readonly problems: readonly string[];
}

/** What a file comes to, with its problems; `OTEL_CONFIG_FILE` names it as otel.yaml. */
function read(text: string, env: Environment = {}, options: OtelOptions = {}): Read {
  const around = surroundings({ OTEL_CONFIG_FILE: 'otel.yaml', ...env });
  const readFile = (path: string): Buffer | undefined => (path === 'otel.yaml' ? Buffer.from(text) : around.readFile(path));
  const resolution = resolveOptions(options, { ...around, readFile });
  return { options: resolution.options, problems: resolution.problems.map(({ code, message }) => `${code} ${message}`) };
}

/** Like {@link read}, of a file of format 1.0 whose first line is its format. */
function readLines(...lines: readonly string[]): Read {
  return read(['file_format: "1.0"', ...lines].join('\n'));
}

const TRACES = `
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: http://collector:4318/v1/traces
`;

describe('a configuration file', () => {
  verifies('P14', 'says everything that the variables can say', () => {
    const { options, problems } = read(`
file_format: "1.0"
disabled: false
log_level: fatal
attribute_limits: { attribute_value_length_limit: 100, attribute_count_limit: 20 }
resource:
  attributes_list: team=web,tier=1
  attributes:
    - { name: service.name, value: shop }
    - { name: tier, value: 2, type: int }
    - { name: zones, value: [a, b], type: string_array }
    - { name: canary, value: true, type: bool }
    - { name: share, value: 0.5, type: double }
propagator:
  composite: [{ b3: }, { baggage: {} }]
  composite_list: b3multi,baggage
tracer_provider:
  limits: { event_count_limit: 1, link_count_limit: 2, event_attribute_count_limit: 3, link_attribute_count_limit: 4, attribute_count_limit: 5 }
  sampler:
    parent_based:
      root:
        trace_id_ratio_based: { ratio: 0.25 }
      remote_parent_not_sampled: { always_off: }
  processors:
    - batch:
        schedule_delay: 200
        export_timeout: 0
        max_queue_size: 300
        max_export_batch_size: 30
        exporter:
          otlp_http:
            endpoint: https://traces.example/own
            headers_list: api-key=listed,b=2
            headers:
              - { name: Api-Key, value: "a b,c" }
              - { name: nothing, value: }
            compression: gzip
            timeout: 1500
            tls: { ca_file: /certificates/ca.pem, cert_file: /certificates/c.pem, key_file: /certificates/k.pem }
    - simple: { exporter: { console: } }
meter_provider:
  exemplar_filter: always_on
  readers:
    - periodic:
        interval: 5000
        timeout: 4000
        exporter:
          otlp_http: { temporality_preference: low_memory, default_histogram_aggregation: base2_exponential_bucket_histogram }
logger_provider:
  limits: { attribute_count_limit: 7, attribute_value_length_limit: 9 }
  processors:
    - batch: { max_queue_size: 11, exporter: { otlp_http: } }
`);
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      disabled: false,
      silent: true,
      resource: { 'service.name': 'shop', team: 'web', tier: 2, zones: ['a', 'b'], canary: true, share: 0.5 },
      propagators: ['b3', 'baggage', 'b3multi'],
      sampler: { root: 'traceidratio', parentBased: true, ratio: 0.25 },
      spanLimits: {
        attributeValueLengthLimit: 100,
        attributeCountLimit: 5,
        eventCountLimit: 1,
        linkCountLimit: 2,
        attributePerEventCountLimit: 3,
        attributePerLinkCountLimit: 4,
      },
      logRecordLimits: { attributeValueLengthLimit: 9, attributeCountLimit: 7 },
      spanBatches: { maxQueueSize: 300, maxBatchSize: 30, scheduleDelayMillis: 200, exportTimeoutMillis: 2_147_483_647 },
      logBatches: { maxQueueSize: 11, maxBatchSize: 11 },
      metricIntervalMillis: 5000,
      metricTimeoutMillis: 4000,
      exemplarFilter: 'always_on',
    });
    const [first, second, third, fourth] = options.destinations;
    expect(options.destinations).toHaveLength(4);
    expect(first?.traces).toMatchObject({
      kind: 'otlp',
      endpoint: {
        url: 'https://traces.example/own',
        headers: { 'api-key': 'a b,c', b: '2' },
        timeoutMillis: 1500,
        compression: 'gzip',
        certificates: {
          ca: CERTIFICATE_FILE,
          cert: CERTIFICATE_FILE,
          key: CERTIFICATE_FILE,
        },
      },
    });
    expect([first?.metrics, first?.logs]).toEqual([undefined, undefined]);
    expect(second).toMatchObject({ name: 'console', traces: { kind: 'console' }, metrics: undefined, logs: undefined });
    expect(third).toMatchObject({
      name: 'collector',
      traces: undefined,
      metrics: { kind: 'otlp', endpoint: { url: 'http://localhost:4318/v1/metrics', headers: {}, compression: 'none' } },
      metricOptions: { temporality: 'lowmemory', histograms: 'base2_exponential_bucket_histogram' },
    });
    expect(fourth?.logs).toMatchObject({ kind: 'otlp', endpoint: { url: 'http://localhost:4318/v1/logs', timeoutMillis: 10_000 } });
  });

  verifies('P14', 'of format 0.4 is read too', () => {
    const { options, problems } = read(`
file_format: "0.4"
log_level: none
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: https://c/v1/traces
            certificate_file: /certificates/ca.pem
            client_certificate_file: /certificates/c.pem
            client_key_file: /certificates/k.pem
`);
    expect(problems).toEqual([]);
    expect(options.silent).toBe(true);
    expect(options.destinations[0]?.traces).toMatchObject({
      endpoint: { certificates: { ca: expect.any(Buffer), cert: expect.any(Buffer), key: expect.any(Buffer) } },
    });
  });

  verifies('P14', 'takes the place of every other OTEL variable, and leaves those of others', () => {
    const { options, problems } = read(`file_format: "1.0"\n${TRACES}`, {
      OTEL_SERVICE_NAME: 'from-variable',
      OTEL_RESOURCE_ATTRIBUTES: 'a=1',
      OTEL_SDK_DISABLED: 'true',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=1',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'wrong',
      OTEL_TRACES_SAMPLER: 'always_off',
      _OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR: 'wrong',
      NODE_ENV: 'staging',
    });
    expect(problems).toEqual([]);
    expect(options.resource).toMatchObject({ 'service.name': 'from-package-json', 'deployment.environment.name': 'staging' });
    expect(options.resource).not.toHaveProperty('a');
    expect(options).toMatchObject({ disabled: false, sampler: { root: 'always_on' } });
    expect(options.destinations[0]?.traces).toMatchObject({ endpoint: { url: 'http://collector:4318/v1/traces', headers: {} } });
  });

  verifies('P14', 'sends and propagates nothing that it does not name', () => {
    expect(readLines('disabled: false').options).toMatchObject({ destinations: [], propagators: [] });
    expect(readLines('propagator: { composite_list: "tracecontext" }').options.propagators).toEqual(['tracecontext']);
    expect(readLines('propagator: { composite_list: "none" }').options.propagators).toEqual([]);
  });

  verifies('P14', 'gives way to code', () => {
    const file = `
file_format: "1.0"
disabled: true
resource: { attributes: [{ name: service.name, value: file }, { name: a, value: file }, { name: b, value: file }] }
${TRACES}`;
    const { options } = read(file, {}, {
      disabled: false,
      serviceName: 'code',
      resourceAttributes: { a: 'code' },
      destinations: [],
    });
    expect(options).toMatchObject({ disabled: false, destinations: [], resource: { 'service.name': 'code', a: 'code', b: 'file' } });
  });

  verifies('P14', 'sends by gRPC and in JSON where it asks for that', () => {
    const exporters = [
      'otlp_grpc: { endpoint: "c:4317", tls: { insecure: true } }',
      'otlp_grpc: { endpoint: "c:4317", insecure: true }',
      'otlp_grpc: { endpoint: "c:4317", tls: { ca_file: /certificates/ca.pem } }',
      'otlp_grpc: { endpoint: "http://c:4317" }',
      'otlp_grpc: { }',
      'otlp_http: { encoding: json }',
    ];
    const lines = exporters.map((exporter) => `    - simple: { exporter: { ${exporter} } }`);
    const { options, problems } = readLines('tracer_provider:', '  processors:', ...lines);
    expect(problems).toEqual([]);
    const settled = options.destinations.map(({ traces }) =>
      traces?.kind === 'otlp' ? [traces.endpoint.protocol, new URL(traces.endpoint.url).origin] : [],
    );
    expect(settled).toEqual([
      ['grpc', 'http://c:4317'],
      ['grpc', 'http://c:4317'],
      ['grpc', 'https://c:4317'],
      ['grpc', 'http://c:4317'],
      ['grpc', 'http://localhost:4317'],
      ['http/json', 'http://localhost:4318'],
    ]);
  });

  for (const name of ['OTELIER_DEFER_SETUP', '_OTEL_DEFER_SETUP']) {
    verifies('P14', `leaves ${name} in force`, () => {
      const { options, problems } = read(`file_format: "1.0"\n${TRACES}`, { [name]: 'true' });
      expect([problems, options.deferred]).toEqual([[], true]);
    });
  }

  verifies('P14', 'leaves the variables of proxies in force, and tells what is wrong with them', () => {
    const { problems } = read(`file_format: "1.0"\n${TRACES}`, { HTTP_PROXY: 'ftp://proxy' });
    expect(problems).toEqual([expect.stringMatching(/^OTELIER_ENV_INVALID HTTP_PROXY: /)]);
  });

  verifies('P14', 'says which headers are recorded', () => {
    const { options, problems } = readLines(
      'instrumentation/development:',
      '  general: { http: { client: { request_captured_headers: [x-shop] }, server: { request_captured_headers: [x-shop] } } }',
      '  java: { anything: true }',
    );
    expect(problems).toEqual([]);
    expect(options.outgoing.headers.request(['X-Shop', '7', 'x-shop-b', '8'])).toEqual({ 'http.request.header.x-shop': ['7'] });
  });
});

describe('a variable in a configuration file', () => {
  const SUBSTITUTED: readonly (readonly [text: string, env: Environment, expected: unknown])[] = [
    ['"${NAME}"', { NAME: 'shop' }, 'shop'],
    ['${env:NAME}', { NAME: 'shop' }, 'shop'],
    ['${NAME:-stock}', {}, 'stock'],
    ['${NAME:-stock}', { NAME: '' }, 'stock'],
    ['${NAME:-a b}', {}, 'a b'],
    ['${OTEL_SERVICE_NAME}', { OTEL_SERVICE_NAME: 'shop' }, 'shop'],
    ['a-${NAME}-${NAME:-b}', { NAME: 'shop' }, 'a-shop-shop'],
    ['a$${NAME}', { NAME: 'shop' }, 'a${NAME}'],
    ['$NAME', { NAME: 'shop' }, '$NAME'],
    ['"${NAME}"', { NAME: '12' }, '12'],
    ['${NAME}', { NAME: 'a: b' }, 'a: b'],
    ['${NAME}', { NAME: '[a]' }, '[a]'],
    ['${NAME}', { NAME: '${OTHER}', OTHER: 'x' }, '${OTHER}'],
  ];
  for (const [text, env, expected] of SUBSTITUTED) {
    verifies('P14', `is put in: ${text} with ${JSON.stringify(env)}`, () => {
      const lines = `file_format: "1.0"\nresource:\n  attributes:\n    - name: a\n      value: ${text}\n`;
      const { options, problems } = read(lines, env);
      expect(problems).toEqual([]);
      expect(options.resource['a']).toEqual(expected);
    });
  }

  verifies('P14', 'becomes a number or a flag where no quotes are', () => {
    const lines = 'file_format: "1.0"\ndisabled: ${OFF}\nattribute_limits:\n  attribute_count_limit: ${LIMIT:-7}\n';
    const { options, problems } = read(lines, { OFF: 'true' });
    expect(problems).toEqual([]);
    expect(options).toMatchObject({ disabled: true, logRecordLimits: { attributeCountLimit: 7 } });
    expect(read(lines, { OFF: 'off' }).problems).toEqual([
      'OTELIER_CONFIG_INVALID otel.yaml:2: disabled: "${OFF}" is not true or false; it is left out.',
    ]);
  });

  const HEADER_VALUES: readonly (readonly [text: string, env: Environment, expected: string])[] = [
    ['${KEY}', { KEY: '00123456' }, '00123456'],
    ['${KEY}', { KEY: '1e5' }, '1e5'],
    ['${KEY}', { KEY: 'null' }, 'null'],
    ['${KEY}', { KEY: '#a' }, '#a'],
    ['${KEY}', { KEY: 'true' }, 'true'],
    ['${KEY}', {}, ''],
    ['${KEY:-007}', {}, '007'],
    ['0x1F', {}, '0x1F'],
    ['007', {}, '007'],
    ['true', {}, 'true'],
  ];
  for (const [text, env, expected] of HEADER_VALUES) {
    verifies('P14', `stays as it is in a header: ${text} with ${JSON.stringify(env)}`, () => {
      const lines = `file_format: "1.0"${TRACES}            headers:\n              - name: a\n                value: ${text}\n`;
      const { options, problems } = read(lines, env);
      expect(problems).toEqual([]);
      expect(options.destinations[0]?.traces).toMatchObject({ endpoint: { headers: { a: expected } } });
    });
  }

  verifies('P14', 'is a text in an attribute that is one, and a number where the type says so', () => {
    const attribute = (name: string, type: string, ...values: string[]): string[] => [`    - name: ${name}`, `      type: ${type}`, '      value:', ...values];
    const lines = [
      'file_format: "1.0"',
      'resource:',
      '  attributes:',
      ...attribute('${N}', 'string', '        ${V}'),
      ...attribute('b', 'double', '        ${V}'),
      ...attribute('c', 'string_array', '        - ${V}', '        - ${NONE}'),
    ];
    const { options, problems } = read(lines.join('\n'), { V: '1.10', N: '12' });
    expect(problems).toEqual([]);
    expect(options.resource).toMatchObject({ '12': '1.10', b: 1.1, c: ['1.10', ''] });
  });

  for (const nothing of ['', '~', 'null']) {
    verifies('P14', `makes no header without one: "${nothing}"`, () => {
      const { options, problems } = read(`file_format: "1.0"${TRACES}            headers:\n              - name: a\n                value: ${nothing}\n`);
      const traces = options.destinations[0]?.traces;
      expect([problems, traces?.kind === 'otlp' && traces.endpoint.headers]).toEqual([[], {}]);
    });
  }

  verifies('P14', 'stays a text where the file says that it is one', () => {
    expect(read('file_format: "1.0"\nattribute_limits:\n  attribute_count_limit: !!str ${LIMIT}', { LIMIT: '7' }).problems).toEqual([
      expect.stringContaining('"${LIMIT}" is not a whole number from 0'),
    ]);
  });

  verifies('P14', 'that is no number for all that stands behind it is told', () => {
    const { problems } = read('file_format: "1.0"\nattribute_limits:\n  attribute_count_limit: ${LIMIT}', { LIMIT: '5 # or 6' });
    expect(problems).toEqual([expect.stringContaining('"${LIMIT}" is not a whole number from 0')]);
  });

  verifies('P14', 'that is no reference is told with its line', () => {
    expect(readLines('resource:', '  attributes:', '    - name: a', '      value: "${NAME:?gone}"').problems).toEqual([
      'OTELIER_CONFIG_INVALID otel.yaml:5: resource.attributes[0].value: "${NAME:?gone}" is no ${NAME} or ${NAME:-default}; it is left out.',
    ]);
  });

  verifies('P14', 'never shows what it put in', () => {
    const file = `file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        schedule_delay: \${KEY}
        exporter:
          otlp_http:
            endpoint: \${KEY}
            headers_list: \${KEY}
            headers: [{ name: a, value: "\${KEY}\\r\\n" }]
            compression: \${KEY}
`;
    const { problems } = read(file, { KEY: 'sk-12345' });
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).not.toContain('sk-12345');
  });
});

/** What is wrong, and what is told of it after `otel.yaml:`; the first line of each file is its format. */
const WRONG: readonly (readonly [lines: readonly string[], told: string])[] = [
  [['tracer_providers: {}'], '2: tracer_providers: there is no such key; it is left out. Allowed: file_format, tracer_provider, meter_provider, logger_provider, resource, disabled, log_level, attribute_limits, propagator, instrumentation/development.'],
  [['disabled: "true"'], '2: disabled: "true" is not true or false; it is left out.'],
  [['log_level: loud'], '2: log_level: "loud" is not trace, '],
  [['attribute_limits:', '  attribute_count_limit: -1'], '3: attribute_limits.attribute_count_limit: "-1" is not a whole number from 0; it is left out.'],
  [['attribute_limits:', '  attribute_count_limit: 1.5'], '3: attribute_limits.attribute_count_limit: "1.5" is not a whole number from 0; it is left out.'],
  [['attribute_limits: 7'], '2: attribute_limits: "7" is not a mapping; it is left out.'],
  [['attribute_limits: [7]'], '2: attribute_limits: a list is not a mapping; it is left out.'],
  [['propagator:', '  composite:', '    - jager:'], '4: propagator.composite[0].jager: there is no such key; it is left out. Allowed: tracecontext, baggage, b3, b3multi.'],
  [['propagator:', '  composite:', '    - {}'], '4: propagator.composite[0]: it is not one of tracecontext, baggage, b3, b3multi; it is left out.'],
  [['propagator:', '  composite_list: tracecontext,jager'], '3: propagator.composite_list: "tracecontext,jager" is not a list of tracecontext, baggage, b3, b3multi; it is left out.'],
  [['propagator:', '  composite: tracecontext'], '3: propagator.composite: a text is not a list; it is left out.'],
  [['resource:', '  attributes_list: a=1,b'], '3: resource.attributes_list: "a=1,b" is not key=value,key=value, percent-encoded; it is left out.'],
  [['resource:', '  attributes:', '    - name: a', '      value: 1'], '5: resource.attributes[0].value: "1" is not of type string; it is left out.'],
  [['resource:', '  attributes:', '    - name: a', '      value: [1, x]', '      type: int_array'], '5: resource.attributes[0].value: a list is not a list of type int; it is left out.'],
  [['resource:', '  attributes:', '    - name: a', '      value: x', '      type: text'], '6: resource.attributes[0].type: "text" is not string, bool, int, double, string_array, bool_array, int_array, double_array; it is left out.'],
  [['resource:', '  attributes:', '    - name: a'], '4: resource.attributes[0]: it has not both a name and a value; it is left out.'],
  [['tracer_provider: {}'], '2: tracer_provider: it has no processors; it is left out.'],
  [['tracer_provider:', '  processors:', '    - batch: {}'], '4: tracer_provider.processors[0].batch: it has no exporter; it is left out.'],
  [['tracer_provider:', '  processors:', '    - batch:', '        schedule_delay: 5s', '        exporter: { console: }'], '5: tracer_provider.processors[0].batch.schedule_delay: "5s" is not a whole number of milliseconds from 0 to 2147483647; it is left out.'],
  [['tracer_provider:', '  processors:', '    - batch:', '        exporter: { otlp: }'], '5: tracer_provider.processors[0].batch.exporter.otlp: there is no such key; it is left out. Allowed: otlp_http, otlp_grpc, console.'],
  [['tracer_provider:', '  processors:', '    - batch:', '        exporter: { console: , otlp_http: }'], '5: tracer_provider.processors[0].batch.exporter: it has several keys and is not one of otlp_http, otlp_grpc, console; it is left out.'],
  [['tracer_provider:', '  processors:', '    - batch:', '        exporter:', '          otlp_http:', '            endpoint: collector:4318'], '7: tracer_provider.processors[0].batch.exporter.otlp_http.endpoint: "collector:4318" is not an absolute http or https URL, whose credentials, if any, are percent-encoded; it is left out.'],
  [['tracer_provider:', '  processors:', '    - batch:', '        exporter:', '          otlp_http:', '            tls: { ca_file: /none.pem }'], '7: tracer_provider.processors[0].batch.exporter.otlp_http.tls.ca_file: "/none.pem" is not a file that can be read, with a certificate in PEM; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple:', '        exporter:', '          otlp_http:', '            endpoint: http://me:s3cret%@c'], '7: tracer_provider.processors[0].simple.exporter.otlp_http.endpoint: "http://REDACTED@c" is not an absolute http or https URL, whose credentials, if any, are percent-encoded; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple:', '        exporter:', '          otlp_http:', '            tls: { key_file: /garbage.pem }'], '7: tracer_provider.processors[0].simple.exporter.otlp_http.tls.key_file: "/garbage.pem" is not a file that can be read, with a private key in PEM that has no passphrase; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple:', '        exporter:', '          otlp_http:', '            tls: { cert_file: /certificates/c.pem, key_file: /other.key }'], '7: tracer_provider.processors[0].simple.exporter.otlp_http.tls: the key is not that of the certificate; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple: { exporter: { otlp_grpc: { endpoint: c/own } } }'], '4: tracer_provider.processors[0].simple.exporter.otlp_grpc.endpoint: "c/own" is not an absolute http or https URL, whose credentials, if any, are percent-encoded, or a host and a port; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple: { exporter: { otlp_http: { tls: { insecure: true } } } }'], '4: tracer_provider.processors[0].simple.exporter.otlp_http.tls.insecure: there is no such key; '],
  [['tracer_provider:', '  processors: []', '  sampler: { parent_based: { root: { trace_id_ratio_based: { ratio: 2 } } } }'], '4: tracer_provider.sampler.parent_based.root.trace_id_ratio_based.ratio: "2" is not a number from 0 to 1; it is left out.'],
  [['tracer_provider:', '  processors: []', '  sampler: always_on'], '4: tracer_provider.sampler: a text is not a mapping; it is left out.'],
  [['tracer_provider:', '  processors: []', '  limits: { span_count_limit: 2 }'], '4: tracer_provider.limits.span_count_limit: there is no such key; it is left out. Allowed: attribute_value_length_limit, '],
  [['meter_provider:', '  readers:', '    - periodic: { interval: 0, exporter: { console: } }'], '4: meter_provider.readers[0].periodic.interval: "0" is not a whole number of milliseconds from 1 to 2147483647; it is left out.'],
  [['disabled: *s3cret'], '2: disabled: an alias that stands for nothing before it; it is left out.'],
  [['log_level: !s3cret warn'], '2: Unresolved tag; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple: { exporter: { otlp_http: { headers: [{ name: , value: a }] } } }'], '4: tracer_provider.processors[0].simple.exporter.otlp_http.headers[0]: it has no name; it is left out.'],
  [['tracer_provider:', '  processors:', '    - simple: { exporter: { otlp_http: { headers: [{ name: a, value: [sk-1] }] } } }'], '4: tracer_provider.processors[0].simple.exporter.otlp_http.headers[0].value: a list is not a text; it is left out.'],
  [['meter_provider:', '  exemplar_filter: some', '  readers: []'], '3: meter_provider.exemplar_filter: "some" is not always_on, always_off, trace_based; it is left out.'],
];

/** What the format knows and Otelier does not have. */
const UNSUPPORTED: readonly (readonly [lines: readonly string[], told: string])[] = [
  [['meter_provider:', '  readers: []', '  views: [{ selector: {}, stream: {} }]'], '4: meter_provider.views: Otelier does not have this; it is left out.'],
  [['meter_provider:', '  readers:', '    - pull: { exporter: { prometheus/development: {} } }'], '4: meter_provider.readers[0].pull: Otelier does not have this; it is left out.'],
  [['tracer_provider:', '  processors: []', '  sampler: { jaeger_remote/development: {} }'], '4: tracer_provider.sampler.jaeger_remote/development: Otelier does not have this; it is left out.'],
  [['tracer_provider:', '  processors: []', '  sampler: { parent_based: { remote_parent_sampled: { always_off: } } }'], '4: tracer_provider.sampler.parent_based.remote_parent_sampled.always_off: Otelier does not have this; it is left out.'],
  [['logger_provider:', '  processors:', '    - batch: { max_queue_size: 9, exporter: { console: } }', '    - batch: { max_queue_size: 8, exporter: { otlp_http: } }'], '5: logger_provider.processors[1].batch: Otelier has one pace for all destinations of a signal, that of the first; this other one; it is left out.'],
  [['distribution: { other: {} }'], '2: distribution: Otelier does not have this; it is left out.'],
];

/** Files of which nothing can be used. */
const UNUSABLE: readonly (readonly [text: string, told: RegExp])[] = [
  ['', /^otel\.yaml:1: it has no keys;/],
  ['- a', /^otel\.yaml:1: it has no keys;/],
  ['disabled: true', /^otel\.yaml:1: file_format is missing, and 1\.x \(as a text, "1\.0"\) and 0\.4 are known;/],
  ['\nfile_format: 1.0', /^otel\.yaml:2: file_format: "1\.0" is unknown/],
  ['file_format: "2.0"', /^otel\.yaml:1: file_format: "2\.0" is unknown/],
  ['file_format: "0.3"', /^otel\.yaml:1: file_format: "0\.3" is unknown/],
  ['file_format: "1.0"\ndisabled: true\ndisabled: false', /^otel\.yaml:3: Map keys must be unique/],
  ['file_format: "1.0"\nresource: {', /^otel\.yaml:\d: Flow map/],
  ['file_format: "1.0"\na: &a [*a]', /^otel\.yaml: it is too large, or an alias stands within itself/],
  ['file_format: "1.0"\na: "\\qs3cret"', /^otel\.yaml:2: Invalid escape sequence;/],
  ['file_format: "1.0"\na: |s3cret\n', /^otel\.yaml:2: Block scalar header includes extra characters;/],
  ['file_format: "1.0"\n---\na: 1', /^otel\.yaml:\d: Source contains multiple documents/],
  [`file_format: "1.0"\n#${'x'.repeat(1024 * 1024)}`, /^otel\.yaml: it has more than 1048576 bytes/],
];

describe('a mistake in a configuration file', () => {
  for (const [lines, told] of WRONG) {
    verifies('P14', `is told once with its line, and left out: ${lines.join(' ').replaceAll(/ +/g, ' ')}`, () => {
      const { problems } = readLines(...lines);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.startsWith(`OTELIER_CONFIG_INVALID otel.yaml:${told}`) ? told : problems[0]).toBe(told);
    });
  }

  for (const [lines, told] of UNSUPPORTED) {
    verifies('P14', `is not what Otelier does not have, which is told apart: ${lines.join(' ').replaceAll(/ +/g, ' ')}`, () => {
      expect(readLines(...lines).problems).toEqual([`OTELIER_CONFIG_UNSUPPORTED otel.yaml:${told}`]);
    });
  }

  verifies('P14', 'in headers, of which the transport sets some itself, leaves the others in force', () => {
    const headers = '            headers_list: a=1,Host=x\n            headers: [{ name: te, value: s3cret }, { name: b, value: "2" }]\n';
    const { options, problems } = read(`file_format: "1.0"${TRACES}${headers}`);
    expect(options.destinations[0]?.traces).toMatchObject({ endpoint: { headers: { a: '1', b: '2' } } });
    expect(problems).toEqual([
      expect.stringMatching(
        /^OTELIER_CONFIG_INVALID otel\.yaml:6: tracer_provider\.processors\[0\]\.batch\.exporter\.otlp_http: a header is host, te, but may be none that the transport sets itself \(.*\); it is left out\.$/,
      ),
    ]);
  });

  verifies('P14', 'leaves everything else in force', () => {
    const { options, problems } = readLines('disabled: 7', 'resource:', '  attributes:', '    - {name: a, value: 1}', '    - {name: b, value: x}', 'log_level: fatal');
    expect(problems).toHaveLength(2);
    expect(options).toMatchObject({ silent: true, disabled: false, resource: { b: 'x' } });
  });

  for (const [text, told] of UNUSABLE) {
    verifies('P14', `that spoils all of it leaves the variables in force: ${JSON.stringify(text.slice(0, 60))}`, () => {
      const { options, problems } = read(text, { OTEL_SERVICE_NAME: 'shop' });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(new RegExp(`^OTELIER_CONFIG_INVALID ${told.source.replace('^', '')}`));
      expect(problems[0]).toMatch(/; the file is not used, and the variables count\.$/);
      expect(options.resource['service.name']).toBe('shop');
    });
  }

  verifies('P14', 'in the name of the file leaves the variables in force', () => {
    const { options, problems } = read('', { OTEL_CONFIG_FILE: 'none.yaml', OTEL_SERVICE_NAME: 'shop' });
    expect(problems).toEqual([
      'OTELIER_CONFIG_INVALID none.yaml: there is no such file that can be read; the file is not used, and the variables count.',
    ]);
    expect(options.resource['service.name']).toBe('shop');
  });

  verifies('P14', 'in aliases that stand for one another is bounded', () => {
    const lines = Array.from({ length: 12 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
    const { problems } = readLines('l0: &l0 x', ...lines);
    expect(problems).toEqual([expect.stringContaining('it is too large')]);
  });

  verifies('P14', 'in aliases without number is bounded', () => {
    const { problems } = readLines('l0: &l0 x', `l1: [${Array(1001).fill('*l0').join(', ')}]`);
    expect(problems).toEqual([expect.stringContaining('it is too large')]);
  });

  verifies('P14', 'that gives a key twice, once as a number, is told with its line', () => {
    expect(readLines('disabled: false', '7: a', '"7": b').problems).toEqual([
      'OTELIER_CONFIG_INVALID otel.yaml:4: 7: this key stands there twice; it is left out.',
      expect.stringMatching(/^OTELIER_CONFIG_INVALID otel\.yaml:3: 7: there is no such key;/),
    ]);
  });

  verifies('P14', 'in a key can write nothing else into a message', () => {
    const { problems } = readLines('"a\\nb": 1', `? ${'x'.repeat(900)}\n: 1`);
    expect(problems).toEqual([
      expect.stringMatching(/^OTELIER_CONFIG_INVALID otel\.yaml:2: "a\\nb": there is no such key;/),
      expect.stringMatching(/^OTELIER_CONFIG_INVALID otel\.yaml:3: "x{100}": there is no such key;/),
    ]);
  });

  verifies('P14', 'with keys of prototypes changes no object', () => {
    const { problems } = readLines('__proto__: { polluted: true }', 'constructor: { prototype: { polluted: true } }');
    expect(problems).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
