import { verifies } from '@otelier/testkit';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { surroundings } from './known-surroundings.js';

const ID = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
const MOUNT = `1163 1146 254:1 /docker/containers/${ID}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`;
const OTHER_MOUNT = `1 2 0:3 / /var/lib/overlay/${'f'.repeat(64)}/merged rw - overlay overlay rw`;
const WANTED = { OTEL_NODE_RESOURCE_DETECTORS: 'env, Container' };

function containerId(env: Record<string, string>, files: Readonly<Record<string, string>>): unknown {
  const readFile = (path: string): Buffer | undefined => {
    const content = files[path.replace('/proc/self/', '')];
    return content === undefined ? undefined : Buffer.from(content);
  };
  const { options, problems } = resolveOptions({}, { ...surroundings(env), readFile });
  expect(problems).toEqual([]);
  return options.resource['container.id'];
}

describe('the id of the container', () => {
  for (const [what, files] of [
    ['Docker, cgroup v1', { cgroup: `13:name=systemd:/docker/${ID}\n12:pids:/docker/${ID}\n` }],
    ['Kubernetes, cgroup v1', { cgroup: `1:name=systemd:/kubepods/besteffort/pod1-2/${ID}` }],
    ['containerd with systemd, cgroup v1', { cgroup: `0::/system.slice/cri-containerd-${ID}.scope` }],
    ['Podman, cgroup v1', { cgroup: `11:devices:/libpod_parent/libpod-${ID}` }],
    ['Docker, cgroup v2', { cgroup: '0::/\n', mountinfo: `${OTHER_MOUNT}\n${MOUNT}\n` }],
    ['Docker, cgroup v2 alone', { mountinfo: MOUNT }],
  ] as const) {
    verifies('P2', `is found: ${what}`, () => {
      expect(containerId(WANTED, files)).toBe(ID);
    });
  }

  verifies('P2', 'is looked for only where the environment asks for it', () => {
    const files = { cgroup: `1:name=systemd:/docker/${ID}` };
    expect(containerId({}, files)).toBeUndefined();
    expect(containerId({ OTEL_NODE_RESOURCE_DETECTORS: 'host,none' }, files)).toBeUndefined();
    expect(containerId({ _OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR: 'false' }, files)).toBeUndefined();
    expect(containerId({ OTEL_NODE_RESOURCE_DETECTORS: 'all' }, files)).toBe(ID);
    expect(containerId({ _OTEL_ENABLE_CONTAINER_RESOURCE_DETECTOR: 'true' }, files)).toBe(ID);
  });

  verifies('P2', 'is left out outside a container', () => {
    expect(containerId(WANTED, {})).toBeUndefined();
    expect(containerId(WANTED, { cgroup: '0::/user.slice/session-1.scope', mountinfo: OTHER_MOUNT })).toBeUndefined();
  });
});
