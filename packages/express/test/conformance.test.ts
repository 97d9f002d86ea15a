import { describeConformance } from '@otelier/testkit/conformance';
import { expressHost } from './express-host.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

for (const [name, express] of EXPRESS_VERSIONS) {
  describeConformance(expressHost(name, express));
}
