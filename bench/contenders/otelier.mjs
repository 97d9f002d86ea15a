/** Otelier as its README says: one line in the service, nothing preloaded, every default as it is. */
import { setupOtel } from '@otelier/core';

export async function fastify(instance) {
  const { otelPlugin } = await import('@otelier/fastify');
  await instance.register(otelPlugin);
}

export async function express(app) {
  const { otelMiddleware } = await import('@otelier/express');
  app.use(otelMiddleware());
}

export async function nestImports() {
  const { OtelModule } = await import('@otelier/nestjs');
  return [OtelModule.forRoot()];
}

export const flush = () => setupOtel().flush();
export const counts = () => setupOtel().status().spans;
