export { otelPlugin, otelPlugin as default } from './plugin.js';

export type { RequestOptions } from '@otelier/core';
