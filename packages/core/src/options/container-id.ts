import type { EnvReader } from './variables/env-reader.js';
import type { Surroundings } from './surroundings.js';

const CONTAINER_ID = /[\da-f]{64}/;

/**
 * The id of the container that the process runs in, where the environment asks for it: by `container` or `all` in
 * OTEL_NODE_RESOURCE_DETECTORS, or by _OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/container/
 */
export function resolveContainerId({ readFile }: Pick<Surroundings, 'readFile'>, env: EnvReader): string | undefined {
  const detectors = env.list('OTEL_NODE_RESOURCE_DETECTORS');
  const isWanted = env.flag('_OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR');
  if (!isWanted && !detectors.includes('container') && !detectors.includes('all')) {
    return undefined;
  }
  return idFromCgroups(linesOf(readFile('/proc/self/cgroup'))) ?? idFromMounts(linesOf(readFile('/proc/self/mountinfo')));
}

/** Version 1 of cgroups: the path ends in the id, as in `13:name=systemd:/docker/<id>` or `…/cri-containerd-<id>.scope`. */
function idFromCgroups(lines: readonly string[]): string | undefined {
  const ends = lines.map((line) => line.slice(line.lastIndexOf('/') + 1));
  return ends.map((end) => CONTAINER_ID.exec(end)?.[0]).find((id) => id !== undefined);
}

/** Version 2: the file with the container's host name is mounted from a folder of that id. */
function idFromMounts(lines: readonly string[]): string | undefined {
  const hostNames = lines.filter((line) => line.includes('/hostname'));
  return hostNames.map((line) => CONTAINER_ID.exec(line)?.[0]).find((id) => id !== undefined);
}

function linesOf(content: Uint8Array | undefined): readonly string[] {
  return content === undefined ? [] : Buffer.from(content).toString('utf8').split('\n');
}
