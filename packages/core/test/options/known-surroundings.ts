import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSelfSigned } from '@otelier/testkit/conformance/self-signed';
import type { Environment } from '../../src/options/env.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import type { ResolvedOptions } from '../../src/options/resolved-options.js';
import type { ApplicationManifest, Surroundings } from '../../src/options/surroundings.js';

const { cert, key } = createSelfSigned();

/** What every file beneath /certificates holds: a certificate, and its key. */
export const CERTIFICATE_FILE = Buffer.from(cert + key);

const OTHER_FILES: Readonly<Record<string, Buffer>> = {
  '/garbage.pem': Buffer.from('garbage'),
  '/other.key': Buffer.from(createSelfSigned().key),
  '/binary.crt': new X509Certificate(cert).raw,
  '/locked.key': Buffer.from(createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'a' })),
};

/** Surroundings in which nothing but the arguments can differ. */
export function surroundings(
  env: Environment = {},
  manifest: ApplicationManifest = { name: 'from-package-json', version: '1.2.3' },
): Surroundings {
  return {
    env,
    manifest,
    hostName: 'host-1',
    processId: 4711,
    nodeVersion: '20.0.0',
    instanceId: 'instance-1',
    readFile: (path) => (path.startsWith('/certificates/') ? CERTIFICATE_FILE : OTHER_FILES[path]),
  };
}

/** What variables and options come to; problems are given as their messages. */
export function resolved(
  env: Environment,
  options: OtelOptions = {},
): { readonly options: ResolvedOptions; readonly problems: readonly string[] } {
  const resolution = resolveOptions(options, surroundings(env));
  return { options: resolution.options, problems: resolution.problems.map(({ code, message }) => `${code} ${message}`) };
}
