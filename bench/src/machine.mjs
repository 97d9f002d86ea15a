import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { peerVersions } from './peers.mjs';

/**
 * Where and when a run took place, and with which versions.
 * @param {readonly import('./node-programs.mjs').NodeProgram[]} nodes
 */
export async function describeRun(nodes) {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: processors[0]?.model.trim() || 'unknown processor',
      cores: processors.length,
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()}`,
    },
    nodes: nodes.map(({ version }) => version),
    versions: { ...(await ownVersions()), ...(await peerVersions()) },
  };
}

/**
 * The same in one line.
 * @param {Awaited<ReturnType<typeof describeRun>>} run
 */
export function noteOf({ date, machine, nodes, versions }) {
  const { processor, cores, memoryGigabytes } = machine;
  const software = `Otelier ${versions['@otelier/core']}, Node ${nodes.join(' and ')}`;
  return `${date}, ${software}, ${cores} × ${processor}, ${memoryGigabytes} GB`;
}

async function ownVersions() {
  const { dependencies } = await readManifest('../package.json');
  const { version } = await readManifest('../../packages/core/package.json');
  const frameworks = ['fastify', 'express', '@nestjs/core', 'pg', 'autocannon'];
  return { '@otelier/core': version, ...Object.fromEntries(frameworks.map((name) => [name, dependencies[name]])) };
}

async function readManifest(file) {
  return JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'));
}
