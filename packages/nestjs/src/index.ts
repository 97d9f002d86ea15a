export { OTEL_MODULE_OPTIONS } from './module-definition.js';
export { OtelModule } from './otel-module.js';

export type { OtelModuleAsyncOptions, OtelModuleOptions } from './module-definition.js';
export type { RequestOptions } from '@otelier/core';
