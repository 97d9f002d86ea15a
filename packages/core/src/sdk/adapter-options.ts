import { reportProblem } from '../diagnostics/report.js';
import type { AnyRequestOptions, AnyRouteOptions } from '../options/request-option-checks.js';
import { resolveRequestOptions, resolveRouteOptions, type RequestResolution } from '../options/resolve-request-options.js';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { environmentInForce } from './environment-in-force.js';

/**
 * Settles what an adapter was given, with the environment; tells of variables that can't be used.
 *
 * @param where - the adapter's function, for messages
 * @throws TypeError for a wrong option
 */
export function settleRequestOptions(where: string, options: AnyRequestOptions): ResolvedRequestOptions {
  return told(resolveRequestOptions(where, options, environmentInForce()));
}

/**
 * Settles what one route was given beside its adapter.
 *
 * @param where - the place in the framework's route options, for messages
 * @throws TypeError for a wrong option
 */
export function settleRouteOptions(
  where: string,
  given: { readonly route: AnyRouteOptions | false; readonly adapter: AnyRequestOptions },
): ResolvedRequestOptions {
  return told(resolveRouteOptions(where, given, environmentInForce()));
}

function told({ options, problems }: RequestResolution): ResolvedRequestOptions {
  problems.forEach(({ code, message }) => reportProblem(code, message));
  return options;
}
