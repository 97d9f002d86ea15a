import type { OtlpEndpoint, Signal, Temporality, VendorDestination } from '../destinations/destination.js';
import { HTTP_URL, hideUrlSecrets, isHttpUrl } from '../destinations/http-url.js';
import type { Vendor, VendorSetting } from '../destinations/vendor.js';
import { describeSetting, isSettingText, KEY } from '../destinations/vendor-checks.js';
import { VENDORS } from '../destinations/vendors.js';
import { inLowerCase, inUpperCase, MAX_REQUEST_BYTES, signalUrl } from './resolve-endpoint.js';
import { resolveProxy } from './resolve-proxy.js';
import type { ResolvedDestination } from './resolved-options.js';
import { VARIABLES, type VariableName } from './variables/catalogue.js';
import type { EnvReader } from './variables/env-reader.js';

/** What is settled of a vendor's destination. */
export interface ResolvedVendor extends Pick<ResolvedDestination, 'refusalAdvice' | 'oldEnvironment'> {
  readonly temporality: Temporality | undefined;
  readonly endpointOf: (signal: Signal) => OtlpEndpoint;
}

/**
 * Settles a vendor's destination from code and the vendor's variables. Of the variables of OTLP only those for the
 * time limit count: address, headers and certificates are of another destination.
 *
 * @throws TypeError that names the option and the variables when something is missing that the vendor needs
 */
export function resolveVendor(destination: VendorDestination, env: EnvReader): ResolvedVendor {
  const vendor = VENDORS[destination.vendor];
  const values = {
    key: destination.key?.trim() ?? readKey(destination, vendor, env),
    settings: readSettings(destination, vendor, env),
  };
  return {
    temporality: vendor.temporality,
    refusalAdvice: vendor.refusalAdvice,
    oldEnvironment: vendor.oldEnvironment ?? false,
    endpointOf: (signal) => {
      const { base, headers, protocol = 'http/protobuf' } = vendor.intake(values, signal);
      const url = signalUrl(base, { signal, protocol });
      return {
        url,
        protocol,
        headers: Object.freeze({ ...inLowerCase(headers), ...inLowerCase(destination.headers ?? {}) }),
        timeoutMillis: destination.timeoutMillis ?? env.millis(`OTEL_EXPORTER_OTLP_${inUpperCase(signal)}_TIMEOUT`),
        compression: destination.compression ?? 'gzip',
        maxRequestBytes: vendor.maxRequestBytes ?? MAX_REQUEST_BYTES[protocol],
        certificates: Object.freeze({}),
        proxy: resolveProxy(url, env),
      };
    },
  };
}

function readKey({ vendor: name }: VendorDestination, { keyVariables }: Vendor, env: EnvReader): string {
  const isKey = (text: string): boolean => isSettingText({ kind: 'text' }, text);
  const variable = firstSet(keyVariables, env);
  const key = variable && env.text(variable);
  if (variable !== undefined && key !== undefined && !isKey(key)) {
    env.invalid(variable, { value: undefined, allowed: KEY, fallback: 'none' });
  }
  return key !== undefined && isKey(key) ? key : missing(`${name}({ key })`, keyVariables);
}

function readSettings(
  { vendor: name, settings }: VendorDestination,
  vendor: Vendor,
  env: EnvReader,
): Record<string, string> {
  const found = Object.entries(vendor.settings).map(([setting, rules]) => {
    const value = settings[setting] ?? settingFromEnv(rules, env) ?? rules.fallback;
    if (value === undefined && rules.required === true) {
      return missing(`${name}({ ${setting} })`, rules.variables ?? []);
    }
    return [setting, value] as const;
  });
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function settingFromEnv(rules: VendorSetting, env: EnvReader): string | undefined {
  const variable = firstSet(rules.variables ?? [], env);
  const value = variable && env.text(variable);
  if (variable === undefined || value === undefined) {
    return undefined;
  }
  if (rules.kind === 'url' ? isHttpUrl(value) : isSettingText(rules, value)) {
    return value;
  }
  const shown = rules.kind === 'url' ? hideUrlSecrets(value) : value;
  const allowed = rules.kind === 'url' ? HTTP_URL : describeSetting(rules);
  env.invalid(variable, { value: shown, allowed, fallback: rules.fallback ?? 'none' });
  return undefined;
}

function firstSet(names: readonly string[], env: EnvReader): VariableName | undefined {
  const known = names.filter((name): name is VariableName => Object.hasOwn(VARIABLES, name));
  return known.find((name) => env.text(name) !== undefined);
}

function missing(option: string, variables: readonly string[]): never {
  throw new TypeError(`[otelier] option ${option}: it is missing. Set ${variables.join(' or ')}, or give the option.`);
}
