import { describeConformance } from '@otelier/testkit/conformance';
import { nestOnExpress, nestOnFastify } from './nest-host.js';

describeConformance(nestOnExpress);
describeConformance(nestOnFastify);
