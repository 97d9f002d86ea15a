import { describeConformance } from '@otelier/testkit/conformance';
import express5 from 'express';
import express4 from 'express4';
import express52 from 'express52';
import { expressHost } from './express-host.js';

describeConformance(expressHost('express 5', express5, { publishesErrors: true }));
describeConformance(expressHost('express 5.2', express52, { publishesErrors: false }));
describeConformance(expressHost('express 4', express4, { publishesErrors: false }));
