import { parseArgs } from 'node:util';

const SERVICES = ['fastify', 'express', 'nest'];
const ROUTES = ['hello', 'query'];
export const CONTENDERS = ['bare', 'otelier', 'official', 'official-traces', 'datadog', 'sentry'];
const PARTS = ['load', 'startup', 'size'];

export const usage = `usage: npm run bench [-- options]

  --quick                 one short round of bare and Otelier on every framework; fails when a span is missing
  --peers                 installs the other tracers and Node 24 into bench/peers, and ends
  --micro [--only text]   nanoseconds per operation of single parts, and ends
  --summary folder        the main thread's time by origin, of the CPU profile in that folder, and ends

  --parts list            ${PARTS.join(', ')} (all)
  --services list         ${SERVICES.join(', ')} (all)
  --routes list           ${ROUTES.join(', ')} (all; query needs PostgreSQL)
  --contenders list       ${CONTENDERS.join(', ')} (all that are installed)
  --sampled list          shares of the traces (1, and 0.01 on the route hello)
  --node file             a Node to measure with; may come again (this one, and Node 24 of bench/peers)
  --rounds number         3
  --seconds number        of each measurement (4)
  --connections number    50
  --rate number           requests a second at the fixed rate (a fifth of the bare server's peak)
  --pg-url url            PostgreSQL; else OTELIER_TEST_PG_URL, local binaries, or the npm package of the tests
  --cpu-profile folder    writes CPU profiles of the services there; figures of such a run do not count
  --json file             everything that was measured
  --markdown file         the tables
  --svg file              the chart
  --help`;

/**
 * What a run is asked to do.
 * @typedef {object} Settings
 * @property {'help' | 'peers' | 'micro' | 'summary' | 'measure'} task
 * @property {boolean} quick
 * @property {string} only of the micro-benchmarks, those whose name holds it
 * @property {string} summary the folder of a profile
 * @property {string[]} parts
 * @property {string[]} services
 * @property {string[]} routes
 * @property {string[]} contenders
 * @property {number[] | undefined} sampled
 * @property {string[]} nodes
 * @property {number} rounds
 * @property {number} seconds
 * @property {number} connections
 * @property {number | undefined} rate requests a second
 * @property {string | undefined} pgUrl
 * @property {string | undefined} cpuProfile a folder
 * @property {{ json?: string, markdown?: string, svg?: string }} files
 */

const list = { type: /** @type {const} */ ('string') };
const options = {
  quick: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  micro: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  summary: { type: 'string', default: '' },
  parts: list,
  services: list,
  routes: list,
  contenders: list,
  sampled: list,
  node: { type: 'string', multiple: true, default: [] },
  rounds: list,
  seconds: list,
  connections: list,
  rate: list,
  'pg-url': list,
  'cpu-profile': list,
  json: list,
  markdown: list,
  svg: list,
};

/**
 * @param {readonly string[]} programArguments
 * @returns {Settings}
 * @throws {TypeError} naming the option and the value when one is unknown
 */
export function readArguments(programArguments) {
  const { values } = parseArgs({ args: [...programArguments], options, strict: true });
  const short = values.quick;
  return {
    task: taskOf(values),
    quick: short,
    only: values.only,
    summary: values.summary,
    parts: choose('parts', values.parts, PARTS, short ? ['load'] : PARTS),
    services: choose('services', values.services, SERVICES, SERVICES),
    routes: choose('routes', values.routes, ROUTES, short ? ['hello'] : ROUTES),
    contenders: choose('contenders', values.contenders, CONTENDERS, short ? ['bare', 'otelier'] : CONTENDERS),
    sampled: shares(values.sampled) ?? (short ? [1] : undefined),
    nodes: values.node,
    rounds: positive('rounds', values.rounds) ?? (short ? 1 : 3),
    seconds: positive('seconds', values.seconds) ?? (short ? 1 : 4),
    connections: positive('connections', values.connections) ?? (short ? 10 : 50),
    rate: positive('rate', values.rate) ?? (short ? 300 : undefined),
    pgUrl: values['pg-url'],
    cpuProfile: values['cpu-profile'],
    files: { json: values.json, markdown: values.markdown, svg: values.svg },
  };
}

function taskOf({ help, peers, micro, summary }) {
  if (help) {
    return 'help';
  }
  if (peers) {
    return 'peers';
  }
  if (micro) {
    return 'micro';
  }
  return summary === '' ? 'measure' : 'summary';
}

function choose(name, text, allowed, fallback) {
  if (text === undefined) {
    return [...fallback];
  }
  const chosen = text.split(',').map((entry) => entry.trim());
  const unknown = chosen.find((entry) => !allowed.includes(entry));
  if (unknown !== undefined) {
    throw new TypeError(`--${name} holds '${unknown}'; allowed are ${allowed.join(', ')}.`);
  }
  return chosen;
}

function positive(name, text) {
  if (text === undefined) {
    return undefined;
  }
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) {
    throw new TypeError(`--${name} is '${text}'; it takes a number above 0.`);
  }
  return number;
}

function shares(text) {
  const numbers = text?.split(',').map(Number);
  const wrong = numbers?.find((number) => !(number > 0 && number <= 1));
  if (wrong !== undefined) {
    throw new TypeError(`--sampled is '${text}'; it takes shares above 0, up to 1.`);
  }
  return numbers;
}
