import {
  context,
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Histogram,
  type Span,
} from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { createHistogram } from '../metrics/create-histogram.js';
import type { ValueLimits } from '../metrics/value-limits.js';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { sharedState } from '../shared-state.js';
import { describeSql, type SqlDialect } from '../sql/describe-sql.js';
import { SCOPE_NAME, VERSION } from '../version.js';

/** What a driver tells of a query when it begins. */
export interface DatabaseCall {
  readonly system: SqlDialect;
  /** The statement; `undefined` when the driver was called with something else. */
  readonly text: string | undefined;
  readonly namespace: string | undefined;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
}

/** How a query failed, without anything that can hold a value. */
export interface DatabaseFailure {
  /** SQLSTATE or the server's error number; `undefined` when the server did not answer. */
  readonly statusCode: string | undefined;
  /** `error.type` when there is no status code: a system error's code or the error's class. */
  readonly type: string;
}

/** The boundaries that the conventions recommend for durations of database operations, in seconds. */
const DURATION_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Tables and error classes can be named at run time. `_OTHER` is what the conventions write for an unknown error. */
const VALUE_LIMITS: ValueLimits = { 'db.query.summary': { max: 1000 }, 'error.type': { max: 100, beyond: '_OTHER' } };

/**
 * One query: its CLIENT span, when it is made within a span, and its duration metric.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export class DatabaseOperation {
  /** The context of whoever made the query. */
  readonly callerContext: Context;
  /** The context with the query's span, for what the driver does on its behalf. */
  readonly context: Context;
  private readonly span: Span | undefined;
  private readonly startMillis = Date.now();
  private readonly startTick = performance.now();
  private readonly metricAttributes: Attributes;
  private ended = false;

  constructor(call: DatabaseCall, options: ResolvedDatabaseOptions) {
    this.callerContext = context.active();
    const { summary, sanitizedText } = describeSql(call.text ?? '', call.system);
    this.metricAttributes = commonAttributes(call, summary);
    this.span =
      options.rootQueries || trace.getSpan(this.callerContext) !== undefined
        ? this.tryStartSpan(summary === '' ? call.system : summary, queryText(call, sanitizedText, options))
        : undefined;
    this.context = this.span === undefined ? this.callerContext : trace.setSpan(this.callerContext, this.span);
  }

  /** The query has ended; later calls do nothing. Never throws. */
  end(failure?: DatabaseFailure): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    try {
      this.finish(failure);
    } catch (error) {
      reportInternalError('ending a database span', error);
    }
  }

  /** An SDK of the application's can throw; its query is made all the same. */
  private tryStartSpan(name: string, text: string | undefined): Span | undefined {
    try {
      return this.startSpan(name, text);
    } catch (error) {
      reportInternalError('starting a database span', error);
      return undefined;
    }
  }

  private startSpan(name: string, text: string | undefined): Span {
    const attributes = text === undefined ? this.metricAttributes : { ...this.metricAttributes, 'db.query.text': text };
    return trace
      .getTracer(SCOPE_NAME, VERSION)
      .startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime: this.startMillis }, this.callerContext);
  }

  private finish(failure: DatabaseFailure | undefined): void {
    const durationMillis = performance.now() - this.startTick;
    const outcome = failureAttributes(failure);
    operationDuration().record(durationMillis / 1000, { ...this.metricAttributes, ...outcome }, this.context);
    if (this.span === undefined) {
      return;
    }
    if (failure !== undefined) {
      this.span.setAttributes(outcome);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure.statusCode ?? failure.type });
    }
    this.span.end(this.startMillis + durationMillis);
  }
}

function queryText(call: DatabaseCall, sanitizedText: string, options: ResolvedDatabaseOptions): string | undefined {
  const text = { sanitized: sanitizedText, raw: call.text, off: undefined }[options.queryText];
  return text === '' ? undefined : text;
}

function commonAttributes(call: DatabaseCall, summary: string): Attributes {
  const attributes: Attributes = { 'db.system.name': call.system };
  const known = {
    'db.namespace': call.namespace,
    'db.query.summary': summary === '' ? undefined : summary,
    'server.address': call.serverAddress,
    'server.port': call.serverPort,
  };
  for (const [name, value] of Object.entries(known)) {
    if (value !== undefined && value !== '') {
      attributes[name] = value;
    }
  }
  return attributes;
}

function failureAttributes(failure: DatabaseFailure | undefined): Attributes {
  if (failure === undefined) {
    return {};
  }
  return failure.statusCode === undefined
    ? { 'error.type': failure.type }
    : { 'error.type': failure.statusCode, 'db.response.status_code': failure.statusCode };
}

function operationDuration(): Histogram {
  const provider = metrics.getMeterProvider();
  const known = sharedState('integrations.database-duration', () => new WeakMap<object, Histogram>());
  const histogram =
    known.get(provider) ??
    createHistogram({
      name: 'db.client.operation.duration',
      description: 'Duration of database client operations.',
      unit: 's',
      boundaries: DURATION_BOUNDARIES,
      limits: VALUE_LIMITS,
    });
  known.set(provider, histogram);
  return histogram;
}
