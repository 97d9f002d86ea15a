import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nodeOfPeers } from './peers.mjs';

/** @typedef {{ file: string, version: string, major: number }} NodeProgram */

/**
 * The versions of Node that services run on: those that were given, else this one and the Node 24 of the peers.
 * @param {readonly string[]} given
 * @param {boolean} isQuick
 * @returns {Promise<NodeProgram[]>}
 * @throws {Error} naming the file that is no Node
 */
export async function nodePrograms(given, isQuick) {
  if (given.length > 0) {
    return Promise.all(given.map(describe));
  }
  const own = await describe(process.execPath);
  const other = isQuick || own.major === 24 ? undefined : await nodeOfPeers();
  return other === undefined ? [own] : [own, await describe(other)];
}

async function describe(file) {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version']);
    const version = stdout.trim().replace(/^v/, '');
    return { file, version, major: Number(version.split('.')[0]) };
  } catch (error) {
    throw new Error(`--node is '${file}'; it takes the file of a Node that runs here`, { cause: error });
  }
}
