import type { ServerResponse } from 'node:http';
import type { RequestOptions } from '@otelier/core';
import type { HookRequest } from '@otelier/express';
import type { OtelPluginOptions } from '@otelier/fastify';

type FastifyHook = Parameters<NonNullable<OtelPluginOptions['onResponse']>>;

/** The request of the HTTP framework beneath Nest, as `@Req()` gives it. */
export type NestRequest = HookRequest | FastifyHook[1];

/** The response of the HTTP framework beneath Nest, as `@Res()` gives it. */
export type NestResponse = ServerResponse | FastifyHook[2];

/** What `OtelModule` takes. Hooks get the request and the response of the framework beneath. */
export type NestRequestOptions = RequestOptions<NestRequest, NestResponse>;
