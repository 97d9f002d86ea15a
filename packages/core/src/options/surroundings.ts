import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { readEnvironment, type Environment } from './env.js';

/** What the set-up finds around it; gathered once, so that resolving the options stays a pure function. */
export interface Surroundings {
  readonly env: Environment;
  readonly hostName: string;
  readonly processId: number;
  readonly nodeVersion: string;
  /** New in every process. */
  readonly instanceId: string;
  /** The application's package.json. */
  readonly manifest: ApplicationManifest;
  /** The content of a file that a variable names; `undefined` when it can't be read. */
  readonly readFile: (path: string) => Buffer | undefined;
}

/** What the application's package.json says of it. */
export interface ApplicationManifest {
  readonly name?: string;
  readonly version?: string;
}

/** Gathers the surroundings of this process. */
export function readSurroundings(): Surroundings {
  return {
    env: readEnvironment(),
    hostName: hostname(),
    processId: process.pid,
    nodeVersion: process.versions.node,
    instanceId: randomUUID(),
    manifest: readApplicationManifest(process.argv[1], process.cwd()),
    readFile,
  };
}

/**
 * The package.json that belongs to the program: the nearest one with a name above its entry file, or above the
 * working directory when the entry file is somebody's tool (a path within node_modules).
 */
export function readApplicationManifest(entryFile: string | undefined, workingDirectory: string): ApplicationManifest {
  const ownEntry = entryFile !== undefined && !/[\\/]node_modules[\\/]/.test(entryFile);
  return nearestManifest(ownEntry ? dirname(entryFile) : workingDirectory);
}

function nearestManifest(directory: string): ApplicationManifest {
  const manifest = readManifest(join(directory, 'package.json'));
  if (manifest?.name !== undefined) {
    return manifest;
  }
  const parent = dirname(directory);
  return parent === directory ? {} : nearestManifest(parent);
}

function readFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Whatever the reason is, the caller tells which variable named the file.
    return undefined;
  }
}

function readManifest(file: string): ApplicationManifest | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof name === 'string' && name !== '' ? { name } : {}),
      ...(typeof version === 'string' && version !== '' ? { version } : {}),
    };
  } catch {
    // No file here, or one that is no JSON object: the search goes on above it.
    return undefined;
  }
}
