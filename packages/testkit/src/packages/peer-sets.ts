/** The versions of the peers that one foreign folder is installed with. */
export interface PeerSet {
  readonly name: string;
  readonly peers: Readonly<Record<string, string>>;
}

const nest = (version: string, platformFastify = version): Readonly<Record<string, string>> => ({
  '@nestjs/common': version,
  '@nestjs/core': version,
  '@nestjs/platform-express': version,
  '@nestjs/platform-fastify': platformFastify,
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
});

/**
 * What users have: the versions that the workspace is tested with, the newest that are supported, and the lowest that
 * the peer ranges promise.
 */
export const peerSets: readonly PeerSet[] = [
  {
    name: 'pinned',
    peers: {
      '@opentelemetry/api': '1.9.1',
      express: '5.3.0',
      fastify: '5.12.8',
      ...nest('12.5.1', '12.5.0'),
      pg: '8.23.1',
      mysql2: '3.24.6',
    },
  },
  {
    name: 'newest',
    // The API is pinned to a release beyond the range of the SDK's own peers, since a range lets npm stay below it.
    peers: { '@opentelemetry/api': '1.10.0', express: '^5', fastify: '^5', ...nest('^12'), pg: '^8', mysql2: '^3' },
  },
  {
    name: 'lowest',
    peers: {
      '@opentelemetry/api': '1.9.0',
      express: '4.17.0',
      fastify: '4.29.0',
      // The Fastify platform of 11.0.0 to 11.0.2 can't be installed with Nest 11: its peer range is still that of Nest 10.
      ...nest('11.0.3'),
      pg: '8.11.0',
      mysql2: '3.9.0',
    },
  },
];
