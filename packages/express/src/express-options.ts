import type { ServerResponse } from 'node:http';
import type { RequestOptions } from '@otelier/core';
import type { HookRequest } from './request-augmentation.js';

/** What {@link otelMiddleware} takes. Hooks get Express's request and response. */
export type OtelMiddlewareOptions = RequestOptions<HookRequest, ServerResponse>;
