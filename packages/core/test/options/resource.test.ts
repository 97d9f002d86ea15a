import { verifies } from '@otelier/testkit';
import { resolveOptions } from '../../src/options/resolve-options.js';
import type { Environment } from '../../src/options/env.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { VERSION } from '../../src/version.js';
import { surroundings } from './known-surroundings.js';

function resource(env: Environment, options: OtelOptions = {}): Readonly<Record<string, unknown>> {
  return resolveOptions(options, surroundings(env)).options.resource;
}

describe('the resource', () => {
  verifies('P2', 'says what is found around where nothing else is said', () => {
    expect(resource({ NODE_ENV: 'staging' })).toEqual({
      'service.name': 'from-package-json',
      'service.version': '1.2.3',
      'service.instance.id': 'instance-1',
      'deployment.environment.name': 'staging',
      'host.name': 'host-1',
      'process.pid': 4711,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': '20.0.0',
      'telemetry.distro.name': 'otelier',
      'telemetry.distro.version': VERSION,
    });
  });

  verifies('P2', 'leaves out what nobody knows', () => {
    for (const env of [{}, { NODE_ENV: '' }]) {
      const { options } = resolveOptions({}, surroundings(env, { name: 'shop' }));
      expect(Object.keys(options.resource)).not.toContain('deployment.environment.name');
      expect(Object.keys(options.resource)).not.toContain('service.version');
      expect(Object.keys(options.resource)).not.toContain('service.namespace');
    }
  });

  verifies(['P2', 'P4'], 'takes each name from code, then from OTEL_SERVICE_NAME, then from OTEL_RESOURCE_ATTRIBUTES', () => {
    const attributes = 'service.name=listed,service.version=listed,service.namespace=listed,deployment.environment.name=listed';
    const env = { OTEL_RESOURCE_ATTRIBUTES: attributes, NODE_ENV: 'test' };
    const inOptions = { serviceName: 'code', serviceVersion: 'code', serviceNamespace: 'code', environment: 'code' };
    const names = (found: Readonly<Record<string, unknown>>): unknown[] =>
      ['service.name', 'service.version', 'service.namespace', 'deployment.environment.name'].map((name) => found[name]);
    expect(names(resource(env))).toEqual(['listed', 'listed', 'listed', 'listed']);
    expect(names(resource({ ...env, OTEL_SERVICE_NAME: 'own' }))).toEqual(['own', 'listed', 'listed', 'listed']);
    expect(names(resource({ ...env, OTEL_SERVICE_NAME: 'own' }, inOptions))).toEqual(['code', 'code', 'code', 'code']);
  });

  verifies('P2', 'merges attributes of the variable and of the code, which wins', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=env,region=eu,host.name=named', OTEL_SERVICE_NAME: 'env' };
    const resourceAttributes = { team: 'code', zones: ['a', 'b'], 'service.name': 'attribute', region: undefined };
    expect(resource(env, { resourceAttributes })).toMatchObject({
      team: 'code',
      region: 'eu',
      zones: ['a', 'b'],
      'host.name': 'named',
      'service.name': 'attribute',
    });
    expect(resource(env, { resourceAttributes, serviceName: 'option' })['service.name']).toBe('option');
  });

  verifies('P2', 'keeps the name in package.json where an attribute is undefined', () => {
    const resourceAttributes = { 'service.name': undefined };
    expect(resource({}, { resourceAttributes })['service.name']).toBe('from-package-json');
  });

  verifies('P3', 'has a default name and one problem where there is none', () => {
    const { options, problems } = resolveOptions({}, surroundings({ OTEL_SERVICE_NAME: ' ' }, { version: '1.0.0' }));
    expect(options.resource['service.name']).toBe('unknown_service:node');
    expect(problems).toEqual([
      { code: 'OTELIER_SERVICE_NAME_MISSING', message: 'No service name was found; using "unknown_service:node".' },
    ]);
  });
});
