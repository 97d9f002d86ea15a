export { OTEL_MODULE_OPTIONS } from './module-definition.js';
export { OtelIgnore } from './otel-ignore.js';
export { OtelModule } from './otel-module.js';

export type { OtelModuleAsyncOptions, OtelModuleOptions } from './module-definition.js';
export type { NestRequest, NestRequestOptions, NestResponse } from './nest-options.js';
