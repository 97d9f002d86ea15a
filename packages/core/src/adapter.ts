export { guarded } from './diagnostics/guarded.js';
export { reportInternalError, reportProblem } from './diagnostics/report.js';
export { observationOf, observeRequest } from './http/observe-request.js';
export { checkRequestOptions } from './options/request-options.js';
export { ensureOtel } from './sdk/ensure-otel.js';
export { isDisabled } from './sdk/setup-state.js';
export { sharedState } from './shared-state.js';

export type { DiagnosticCode } from './diagnostics/codes.js';
export type { IncomingRequest } from './http/observe-request.js';
export type { RequestFacts } from './http/request-facts.js';
export type { RequestObservation } from './http/request-observation.js';
export type { RequestOptions } from './options/request-options.js';
