export { otelErrorMiddleware, otelMiddleware } from './middleware.js';

export type { Next, OtelErrorMiddleware, OtelMiddleware } from './middleware.js';
export type { RequestOptions } from '@otelier/core';
