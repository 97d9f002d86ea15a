export { otelErrorMiddleware, otelMiddleware } from './middleware.js';

export type { Next } from './express-request.js';
export type { OtelErrorMiddleware, OtelMiddleware } from './middleware.js';
export type { RequestOptions } from '@otelier/core';
