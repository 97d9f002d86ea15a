import type { Attributes } from '@opentelemetry/api';
import { SharedAttributes } from '../../tracing/attribute-parts.js';
import type { RequestResult } from '../request-result.js';

/** Routes can be made of request data, and as long as that. */
const MAX_ROUTES = 1000;
const MAX_ROUTE_LENGTH = 1024;

/** Real routes answer with a handful of status codes; comparing a few is faster than any table. */
const MAX_STATUS_CODES = 16;

interface KnownResult {
  readonly statusCode: number | undefined;
  readonly attributes: SharedAttributes;
}

const byRoute = new Map<string | undefined, KnownResult[]>();

/** The attributes of the span that are known when a response has ended. Most are those of other requests of the route. */
export function resultAttributes({ statusCode, errorType }: RequestResult, route: string | undefined): Attributes | SharedAttributes {
  if (errorType !== undefined) {
    return { ...plainAttributes(statusCode, route), 'error.type': errorType };
  }
  const known = byRoute.get(route);
  const found = known?.find((result) => result.statusCode === statusCode);
  return found?.attributes ?? remember(new SharedAttributes(plainAttributes(statusCode, route)), statusCode, route);
}

function remember(attributes: SharedAttributes, statusCode: number | undefined, route: string | undefined): SharedAttributes {
  if (route !== undefined && route.length > MAX_ROUTE_LENGTH) {
    return attributes;
  }
  const known = byRoute.get(route) ?? [];
  if (byRoute.size < MAX_ROUTES && known.length < MAX_STATUS_CODES) {
    known.push({ statusCode, attributes });
    byRoute.set(route, known);
  }
  return attributes;
}

function plainAttributes(statusCode: number | undefined, route: string | undefined): Attributes {
  const attributes: Attributes = {};
  if (route !== undefined) {
    attributes['http.route'] = route;
  }
  if (statusCode !== undefined) {
    attributes['http.response.status_code'] = statusCode;
  }
  return attributes;
}
