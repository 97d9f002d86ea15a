import type { RequestOptions } from '@otelier/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What `otelPlugin` takes. Hooks get Fastify's request and reply. */
export type OtelPluginOptions = RequestOptions<FastifyRequest, FastifyReply>;
