import type { Attributes } from '@opentelemetry/api';
import { callHook } from '../diagnostics/hooks.js';
import type { RouteOptions } from './request-options.js';
import type { ResolvedHooks } from './resolved-request-options.js';

type Hooks = Pick<RouteOptions<object, object>, 'onRequest' | 'onResponse' | 'spanName' | 'metricAttributes'>;

const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** Settles the application's hooks: none of the results throws, and those that are not given do nothing. */
export function resolveHooks(hooks: Hooks): ResolvedHooks {
  const { onRequest, onResponse, spanName, metricAttributes } = hooks;
  return {
    onRequest:
      onRequest === undefined
        ? () => {}
        : (span, request) => callHook('onRequest', () => onRequest.call(hooks, span, request)),
    onResponse:
      onResponse === undefined
        ? () => {}
        : (span, request, response) => callHook('onResponse', () => onResponse.call(hooks, span, request, response)),
    spanName:
      spanName === undefined
        ? () => undefined
        : (request) => textOrNothing(callHook('spanName', () => spanName.call(hooks, request))),
    metricAttributes:
      metricAttributes === undefined
        ? () => NO_ATTRIBUTES
        : (request, response) =>
            callHook('metricAttributes', () => ({ ...metricAttributes.call(hooks, request, response) })) ??
            NO_ATTRIBUTES,
  };
}

function textOrNothing(name: unknown): string | undefined {
  return typeof name === 'string' && name !== '' ? name : undefined;
}
