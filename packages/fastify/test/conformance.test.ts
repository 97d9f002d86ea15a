import { describeConformance } from '@otelier/testkit/conformance';
import { fastifyHost } from './fastify-host.js';

describeConformance(fastifyHost);
