import type { PendingProblem } from '../diagnostics/report.js';
import { askHook } from '../diagnostics/hooks.js';
import { createHeaderCapture, type HeaderCaptureOptions } from '../redaction/header-capture.js';
import type { Environment } from './env.js';
import { EnvReader } from './variables/env-reader.js';
import { createIgnoreRules } from './ignore-rules.js';
import { checkRequestOptions, checkRouteOptions, type AnyRequestOptions, type AnyRouteOptions } from './request-option-checks.js';
import type { HeaderOptions, IgnoreOptions, RequestOptions } from './request-options.js';
import { resolveHooks } from './resolve-hooks.js';
import type { ResolvedRequestOptions } from './resolved-request-options.js';

/** The settled options of an adapter, and the problems of the environment that were met on the way. */
export interface RequestResolution {
  readonly options: ResolvedRequestOptions;
  readonly problems: readonly PendingProblem[];
}

/** Options whose hooks take whatever request and response their framework has. */
type LooseOptions = RequestOptions<object, object>;

/**
 * Settles the options of an adapter with the environment. A pure function: it reports nothing.
 *
 * @param where - the adapter's function, for messages
 * @throws TypeError for a wrong option; a wrong variable becomes a problem and is left out
 */
export function resolveRequestOptions(where: string, options: AnyRequestOptions, environment: Environment): RequestResolution {
  checkRequestOptions(where, options);
  return settle(options as LooseOptions, environment);
}

/**
 * Settles the options of one route: each that it gives wins over the adapter's; `false` leaves its requests out.
 *
 * @param where - the place in the framework's route options, for messages
 * @throws TypeError for a wrong option
 */
export function resolveRouteOptions(
  where: string,
  { route, adapter }: { readonly route: AnyRouteOptions | false; readonly adapter: AnyRequestOptions },
  environment: Environment,
): RequestResolution {
  if (route !== false) {
    checkRouteOptions(where, route);
    return settle(combine(adapter as LooseOptions, route as LooseOptions), environment);
  }
  const { options, problems } = settle(adapter as LooseOptions, environment);
  return { options: Object.freeze({ ...options, isIgnored: () => true }), problems };
}

function settle(options: LooseOptions, environment: Environment): RequestResolution {
  const env = new EnvReader(environment, () => undefined);
  const ignore = ignoreOptions(options.ignore);
  const headers = resolveHeaders(options.headers, env);
  const resolved: ResolvedRequestOptions = {
    isPublic: resolvePublicEndpoint(options.publicEndpoint),
    isIgnored: createIgnoreRules({ ...ignore, excludedUrls: env.patterns('OTEL_NODE_EXCLUDED_URLS') }),
    ignoresMetrics: ignore.metrics ?? false,
    headers: createHeaderCapture(headers),
    capturesResponseHeaders: headers.response.length > 0,
    requestAttributes: Object.freeze([...(options.requestAttributes ?? [])]),
    metricAttributes: Object.freeze([...(options.metrics?.attributes ?? [])]),
    layers: options.layers ?? false,
    responsePropagation: options.responsePropagation ?? false,
    bodySizes: options.metrics?.bodySizes ?? false,
    hooks: Object.freeze(resolveHooks(options)),
  };
  return { options: Object.freeze(resolved), problems: env.problems };
}

/** What a route says wins; what is to be hidden is hidden there too. */
function combine(adapter: LooseOptions, route: LooseOptions): LooseOptions {
  const given = Object.fromEntries(Object.entries(route).filter(([, value]) => value !== undefined)) as LooseOptions;
  const sanitize = [...(adapter.headers?.sanitize ?? []), ...(given.headers?.sanitize ?? [])];
  const headers = given.headers ?? adapter.headers;
  return { ...adapter, ...given, ...(headers && { headers: { ...headers, sanitize } }) };
}

function ignoreOptions(given: LooseOptions['ignore'] = {}): IgnoreOptions<object> {
  return Array.isArray(given) ? { requests: given } : (given as IgnoreOptions<object>);
}

/** As in other languages, the variables of what is recorded match whole names, and that of what is hidden parts of them. */
function resolveHeaders(given: HeaderOptions = {}, env: EnvReader): Required<HeaderCaptureOptions> {
  const whole = { ignoreCase: true, whole: true };
  const prefix = 'OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS';
  return {
    request: given.request ?? env.patterns(`${prefix}_SERVER_REQUEST`, whole),
    response: given.response ?? env.patterns(`${prefix}_SERVER_RESPONSE`, whole),
    sanitize: [...(given.sanitize ?? []), ...env.patterns(`${prefix}_SANITIZE_FIELDS`, { ignoreCase: true })],
  };
}

/** A predicate that fails does not trust the caller. */
function resolvePublicEndpoint(given: LooseOptions['publicEndpoint'] = false): (request: object) => boolean {
  return typeof given === 'boolean'
    ? () => given
    : (request) => Boolean(askHook('publicEndpoint', () => given(request)) ?? true);
}
