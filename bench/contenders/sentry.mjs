const { sentry } = globalThis;

export const fastify = (instance) => sentry.setupFastifyErrorHandler?.(instance);
export const expressEnd = (app) => sentry.setupExpressErrorHandler?.(app);
export const flush = () => sentry.flush(10_000);
