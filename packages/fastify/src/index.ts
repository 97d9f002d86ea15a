export { otelPlugin, otelPlugin as default } from './plugin.js';
export { attachRequestHooks } from './request-hooks.js';

export type { OtelPluginOptions, OtelRouteOptions } from './fastify-options.js';
export type { HookableInstance, HookAttachment, RequestHooks } from './request-hooks.js';
