import { context, isSpanContextValid, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { commentPlace } from '../sql/comment-place.js';
import type { SqlDialect } from '../sql/describe-sql.js';
import { requestScope } from '../tracing/request-scope.js';
import { commentedService } from './commented-service.js';

/** Longer values say nothing more, and the server reads all of them. */
const MAX_VALUE_LENGTH = 255;

/**
 * Adds a comment to a statement that tells the server where it comes from, such as
 * `SELECT 1 /*framework='express',route='%2Fusers%2F%3Aid',service.name='shop',traceparent='00-…'*\/`.
 *
 * Gives the text as it is where a comment can't stand, where one is there already, and where nothing is known. Without a
 * sampled span there is no `traceparent`, so that the text stays the same. Never throws.
 *
 * @param text - of a statement that is sent once: neither named nor cached, no cursor, no stream
 * @param within - the context of the statement's span
 * @see https://google.github.io/sqlcommenter/spec/
 */
export function commented(text: string, dialect: SqlDialect, within: Context = context.active()): string {
  try {
    const comment = commentOf(within);
    const place = comment === '' ? undefined : commentPlace(text, dialect);
    return place === undefined ? text : `${text.slice(0, place)} /*${comment}*/${text.slice(place)}`;
  } catch (error) {
    reportInternalError('commenting a statement', error);
    return text;
  }
}

function commentOf(within: Context): string {
  const scope = requestScope(within);
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['controller', scope?.handler?.controller],
    ['framework', scope?.handler?.framework],
    ['route', scope?.route?.()],
    ['service.name', commentedService()],
    ['traceparent', traceparent(within)],
  ];
  return pairs
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
    .map(([key, value]) => `${key}='${encode(value)}'`)
    .join(',');
}

function traceparent(within: Context): string | undefined {
  const spanContext = trace.getSpanContext(within);
  if (spanContext === undefined || !isSpanContextValid(spanContext) || (spanContext.traceFlags & TraceFlags.SAMPLED) === 0) {
    return undefined;
  }
  return `00-${spanContext.traceId}-${spanContext.spanId}-${(spanContext.traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** Leaves nothing that could end the quotes or the comment, or be taken for a placeholder. */
function encode(value: string): string {
  const wellFormed = value.slice(0, MAX_VALUE_LENGTH).replace(/\p{Surrogate}/gu, '\ufffd');
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
