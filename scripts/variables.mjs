import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { workspaceRoot } from './published-packages.mjs';

/**
 * Compares the tables of docs/configuration.md with the catalogue that every variable is read by. With --update it writes
 * them instead.
 */
const file = join(workspaceRoot, 'docs/configuration.md');
const [BEGIN, END] = ['<!-- variables: written by npm run variables -- --update -->', '<!-- variables: end -->'];

/** The tables in their order; a variable belongs to the first that knows it. `option` is what says the same in code. */
const GROUPS = [
  { title: 'The set-up', names: /^OTEL_(SDK_DISABLED|CONFIG_FILE|LOG_LEVEL)$|DEFER_SETUP$/ },
  { title: 'Who the service is', names: /^(OTEL_SERVICE|OTEL_RESOURCE|OTEL_NODE_RESOURCE|_OTEL_ENABLE|NODE_ENV)/ },
  { title: 'Context', names: /^OTEL_PROPAGATORS/ },
  { title: 'Sampling', names: /^OTEL_TRACES_SAMPLER/ },
  { title: 'Destinations', names: /^OTEL_\w+_EXPORTER$|_COLOR$/ },
  { title: 'OTLP', names: /^OTEL_EXPORTER_OTLP_(?!TRACES_|METRICS_|LOGS_)/ },
  { title: 'Metrics', names: /^OTEL_METRIC|METRICS_(TEMPORALITY|DEFAULT)/ },
  {
    title: 'OTLP of one signal',
    names: /^OTEL_EXPORTER_OTLP_(TRACES|METRICS|LOGS)_/,
    intro:
      'Each of these wins over the general one above, which counts where it is not set or wrong. An endpoint for one signal is\n' +
      'used as it stands: no `/v1/traces` is added.',
  },
  { title: 'Queues and batches', names: /^OTEL(?:IER)?_(BSP|BLRP)_/ },
  { title: 'Limits', names: /_LIMIT$/ },
  { title: 'What is recorded of requests', names: /^OTEL_(NODE_EXCLUDED|INSTRUMENTATION_HTTP)/ },
  { title: 'Proxies', names: /_proxy$/i },
  { title: 'Keys and addresses of vendors', names: /^(?!OTEL|_OTEL)/ },
];

const OPTIONS = [
  [/^OTEL_SDK_DISABLED$/, 'disabled'],
  [/^OTEL_SERVICE_NAME$/, 'serviceName'],
  [/^OTEL_RESOURCE_ATTRIBUTES$/, 'resourceAttributes'],
  [/^NODE_ENV$/, 'environment'],
  [/^OTEL_TRACES_SAMPLER/, 'sampler', 'sampling'],
  [/^OTEL_\w+_EXPORTER$/, 'destinations'],
  [/_OTLP_ENDPOINT$/, 'collector(url)'],
  [/^OTEL_\w+_HEADERS$/, 'collector(url, { headers })'],
  [/^OTEL_EXPORTER_\w*_TIMEOUT$/, 'collector(url, { timeoutMillis })'],
  [/^OTEL_\w+_COMPRESSION$/, 'collector(url, { compression })'],
  [/^OTEL_\w+_PROTOCOL$/, 'collector(url, { protocol })'],
  [/^OTEL_NODE_EXCLUDED_URLS$/, 'ignore'],
  [/_HEADERS_SERVER_REQUEST$/, 'headers.request'],
  [/_HEADERS_SERVER_RESPONSE$/, 'headers.response'],
  [/_HEADERS_CLIENT_REQUEST$/, 'outgoing.headers.request'],
  [/_HEADERS_CLIENT_RESPONSE$/, 'outgoing.headers.response'],
  [/_SANITIZE_FIELDS$/, 'headers.sanitize'],
];

/** The catalogue, from its source: nothing has to be built for it. */
async function readCatalogue() {
  const { outputFiles } = await build({
    entryPoints: [join(workspaceRoot, 'packages/core/src/options/variables/catalogue.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  });
  const { VARIABLES } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
  return VARIABLES;
}

const code = (text) => `\`${String(text).replaceAll('|', '\\|')}\``;

const KINDS = {
  flag: () => '`true`, `false`',
  millis: ({ zero }) => `milliseconds${zero === undefined ? ' from 1' : `; 0: ${zero}`}`,
  count: ({ min }) => `whole number from ${min}`,
  share: () => 'number from 0 to 1',
  word: ({ values }) => values.map(code).join(', '),
  words: ({ values }) => `list of ${values.map(code).join(', ')}`,
  text: () => 'text',
  secret: () => 'text, never shown',
  url: () => 'URL',
  file: () => 'path of a PEM file',
  list: () => 'comma list',
  pairs: () => '`key=value,key=value`',
  'secret-pairs': () => '`key=value,key=value`, never shown',
  patterns: () => 'comma list of regular expressions',
};

function fallbackOf({ kind, fallback, general }) {
  if (general !== undefined) {
    return code(general);
  }
  if (fallback === undefined) {
    return 'no limit';
  }
  return ['flag', 'millis', 'count', 'share', 'word', 'words'].includes(kind) ? code(fallback) : fallback;
}

function row([name, variable]) {
  const options = OPTIONS.find(([pattern]) => pattern.test(name))?.slice(1) ?? [];
  const cells = [code(name), KINDS[variable.kind](variable), fallbackOf(variable), variable.meaning, options.map(code).join(', ')];
  return `| ${cells.join(' | ')} |`;
}

function render(variables) {
  const left = new Map(Object.entries(variables));
  const sections = GROUPS.map(({ title, names, intro }) => {
    const own = [...left].filter(([name]) => names.test(name));
    own.forEach(([name]) => left.delete(name));
    const head = ['| variable | values | default | meaning | in code |', '|---|---|---|---|---|'];
    return [`### ${title}`, ...(intro === undefined ? [] : [intro]), [...head, ...own.map(row)].join('\n')].join('\n\n');
  });
  if (left.size > 0) {
    throw new Error(`no table of docs/configuration.md is for ${[...left.keys()].join(', ')}: add it to scripts/variables.mjs`);
  }
  return sections.join('\n\n');
}

const before = await readFile(file, 'utf8');
const [start, end] = [before.indexOf(BEGIN), before.indexOf(END)];
if (start === -1 || end === -1) {
  throw new Error('docs/configuration.md has lost the marks between which the tables stand');
}
const tables = render(await readCatalogue());
const after = `${before.slice(0, start)}${BEGIN}\n\n${tables}\n\n${before.slice(end)}`;
if (process.argv.includes('--update')) {
  await writeFile(file, after);
} else if (after !== before) {
  process.stderr.write('docs/configuration.md is not what the catalogue of variables gives.\n');
  process.stderr.write('When the change is wanted: npm run variables -- --update, and review the file.\n');
  process.exitCode = 1;
}
