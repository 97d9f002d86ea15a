import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledSource } from './bundled-source.mjs';
import { alignedText } from './table.mjs';

const SHOWN = 30;

/**
 * What the main thread of a service did, from the largest CPU profile in a folder: self time by origin, and the time of
 * telemetry against that of Node and the framework, which stays the same when others use the machine.
 * @param {string} folder
 * @returns {string}
 * @throws {Error} when there is no profile
 */
export function summarizeProfile(folder) {
  const contents = readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .toSorted((a, b) => b.length - a.length);
  if (contents.length === 0) {
    throw new Error(`${folder} holds no .cpuprofile`);
  }
  const micros = selfTimeByOrigin(JSON.parse(contents[0]));
  const total = sum(micros.values());
  const lines = [...micros].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  const table = alignedText(lines.map(([origin, own]) => [origin, `${((own / total) * 100).toFixed(1)} %`]));
  return `${table}\n\ntelemetry / base: ${telemetryShare(micros).toFixed(2)}`;
}

/**
 * Sums the self time by origin. What is native counts for its caller; idle time and loading do not count.
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }} profile as V8 writes it
 * @returns {Map<string, number>} microseconds
 */
export function selfTimeByOrigin({ nodes, samples, timeDeltas }) {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])));
  const origins = new Map(nodes.map((node) => [node.id, ownerOf(node, parents)]));
  const micros = new Map();
  samples.forEach((id, index) => {
    const origin = origins.get(id);
    if (origin !== undefined) {
      micros.set(origin, (micros.get(origin) ?? 0) + timeDeltas[index]);
    }
  });
  return micros;
}

/**
 * The time of telemetry as a multiple of what the bare server does as well.
 * @param {ReadonlyMap<string, number>} micros by origin
 */
export function telemetryShare(micros) {
  const of = (test) => sum([...micros].filter(([origin]) => test(origin)).map(([, own]) => own));
  const telemetry = of((origin) => /^(otelier|opentelemetry) /.test(origin));
  return telemetry / of((origin) => /^(node|framework|write)$/.test(origin));
}

function ownerOf(node, parents) {
  for (let at = node; at; at = parents.get(at.id)) {
    const origin = originOf(at.callFrame);
    if (origin !== 'native') {
      return origin === 'not counted' ? undefined : origin;
    }
  }
  return 'program';
}

function originOf({ url, functionName, lineNumber }) {
  const own = /packages\/(\w+)\/dist\/[^/]+$/.exec(url);
  if (own) {
    return originWithin(own[1], bundledSource(url, lineNumber));
  }
  const modulePath = url.slice(url.lastIndexOf('node_modules'));
  const sdk = /@opentelemetry\/([^/]+)\//.exec(modulePath);
  if (sdk) {
    return `opentelemetry ${sdk[1]}`;
  }
  if (url.startsWith('node:')) {
    return /esm\/|cjs\/loader|modules/.test(url) ? 'not counted' : 'node';
  }
  if (url.includes('node_modules')) {
    return 'framework';
  }
  return originOfNative(functionName);
}

/** What a bundle says of a line: the room of a package, or the package of OpenTelemetry that was taken in. */
function originWithin(folder, source) {
  const sdk = /@opentelemetry\/([^/]+)\/(?!.*@opentelemetry)/.exec(source);
  return sdk ? `opentelemetry ${sdk[1]}` : `otelier ${folder}/${/^src\/([^/]+?)(\.ts|\/|$)/.exec(source)?.[1] ?? 'bundle'}`;
}

function originOfNative(functionName) {
  if (functionName === '(idle)' || functionName === '(root)') {
    return 'not counted';
  }
  if (functionName === '(garbage collector)') {
    return 'garbage collection';
  }
  if (functionName === '(program)') {
    return 'program';
  }
  return functionName.startsWith('write') ? 'write' : 'native';
}

function sum(numbers) {
  return [...numbers].reduce((total, number) => total + number, 0);
}
