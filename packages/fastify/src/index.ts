export { otelPlugin, otelPlugin as default } from './plugin.js';
export { attachRequestHooks } from './request-hooks.js';

export type { OtelPluginOptions } from './fastify-options.js';
export type { OtelRouteOptions } from './request-augmentation.js';
export type { HookableInstance, HookAttachment, RequestHooks } from './request-hooks.js';
