import { describeConformance } from '@otelier/testkit/conformance';
import { fastifyHost } from './fastify-host.js';
import { FASTIFY_VERSIONS } from './fastify-versions.js';

for (const version of FASTIFY_VERSIONS) {
  describeConformance(fastifyHost(version));
}
