export { otelPlugin, otelPlugin as default } from './plugin.js';
export { requestHooks } from './request-hooks.js';

export type { RequestHooks } from './request-hooks.js';
export type { RequestOptions } from '@otelier/core';
