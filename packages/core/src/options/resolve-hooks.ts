import { askHook, callHook } from '../diagnostics/hooks.js';
import type { RouteOptions } from './request-options.js';
import type { ResolvedHooks } from './resolved-request-options.js';

type Hooks = Pick<RouteOptions<object, object>, 'onRequest' | 'onResponse' | 'spanName' | 'metricAttributes'>;

/** Settles the application's hooks: none of the results throws. */
export function resolveHooks(hooks: Hooks): ResolvedHooks {
  const { onRequest, onResponse, spanName, metricAttributes } = hooks;
  return {
    onRequest:
      onRequest === undefined
        ? undefined
        : (span, request) => callHook('onRequest', () => onRequest.call(hooks, span, request)),
    onResponse:
      onResponse === undefined
        ? undefined
        : (span, request, response) => callHook('onResponse', () => onResponse.call(hooks, span, request, response)),
    spanName:
      spanName === undefined
        ? undefined
        : (request) => textOrNothing(askHook('spanName', () => spanName.call(hooks, request))),
    metricAttributes:
      metricAttributes === undefined
        ? undefined
        : (request, response) =>
            askHook('metricAttributes', () => metricAttributes.call(hooks, request, response)),
  };
}

function textOrNothing(name: unknown): string | undefined {
  return typeof name === 'string' && name !== '' ? name : undefined;
}
