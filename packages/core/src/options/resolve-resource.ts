import type { Attributes } from '@opentelemetry/api';
import { VERSION } from '../version.js';
import { resolveContainerId } from './container-id.js';
import type { EnvReader } from './variables/env-reader.js';
import type { OtelOptions } from './otel-options.js';
import type { Surroundings } from './surroundings.js';

/** The default of the specification for a service without a name. */
const UNKNOWN_SERVICE = 'unknown_service:node';

/**
 * The resource's attributes: code, then OTEL_SERVICE_NAME, then OTEL_RESOURCE_ATTRIBUTES, then what is found around.
 *
 * @throws TypeError when `requireServiceName` is set and no name is found
 * @see https://opentelemetry.io/docs/specs/semconv/resource/
 */
export function resolveResource(options: OtelOptions, around: Surroundings, env: EnvReader): Attributes {
  const fromEnv = env.pairs('OTEL_RESOURCE_ATTRIBUTES');
  const named = {
    'service.name': options.serviceName,
    'service.version': options.serviceVersion,
    'service.namespace': options.serviceNamespace,
    'deployment.environment.name': options.environment,
  };
  const resource: Attributes = {
    'service.name': around.manifest.name,
    'service.version': around.manifest.version,
    'service.instance.id': around.instanceId,
    'deployment.environment.name': env.text('NODE_ENV'),
    'host.name': around.hostName,
    'container.id': resolveContainerId(around, env),
    'process.pid': around.processId,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': around.nodeVersion,
    'telemetry.distro.name': 'otelier',
    'telemetry.distro.version': VERSION,
    ...fromEnv,
    // An empty name is none, here as in OTEL_SERVICE_NAME.
    ...(fromEnv['service.name'] === '' ? { 'service.name': around.manifest.name } : {}),
    ...withoutUndefined({ 'service.name': env.text('OTEL_SERVICE_NAME') }),
    ...withoutUndefined(options.resourceAttributes ?? {}),
    ...withoutUndefined(named),
  };
  if (resource['service.name'] === undefined) {
    resource['service.name'] = missingServiceName(options, env);
  }
  return withoutUndefined(resource);
}

function missingServiceName(options: OtelOptions, env: EnvReader): string {
  if (options.requireServiceName === true) {
    throw new TypeError(
      '[otelier] option serviceName: missing, and requireServiceName is set. ' +
        'Allowed: a text in setupOtel({ serviceName }), OTEL_SERVICE_NAME, or "name" in package.json.',
    );
  }
  env.problems.push({
    code: 'OTELIER_SERVICE_NAME_MISSING',
    message: `No service name was found; using ${JSON.stringify(UNKNOWN_SERVICE)}.`,
  });
  return UNKNOWN_SERVICE;
}

function withoutUndefined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
