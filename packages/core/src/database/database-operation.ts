import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { contextWithSpan } from '../tracing/own-context.js';
import { startOwnSpan } from '../tracing/own-tracer.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { DatabaseCall, DatabaseFailure, DatabaseOutcome, DatabaseQuery } from './database-call.js';
import { operationDuration } from './operation-duration.js';
import { operationKind, type OperationKind } from './operation-kinds.js';

/** The event of a span that took longer than `slowQueryMillis`. */
const SLOW_QUERY = 'db.query.slow';

const ENDED: DatabaseOutcome = {};

/**
 * One operation of a database client: its CLIENT span, when it is made within a span, and its duration metric.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export class DatabaseOperation {
  /** The context of whoever asked for it. */
  readonly callerContext: Context;
  private readonly span: Span | undefined;
  private readonly startMillis: number;
  private readonly startTick: number;
  private readonly kind: OperationKind;
  /** Made when it is asked for: many drivers keep the caller's. */
  private ownContext: Context | undefined;
  private ended = false;

  constructor(
    { query, server, waitedMillis = 0 }: DatabaseCall,
    private readonly options: ResolvedDatabaseOptions,
  ) {
    this.startMillis = Date.now() - waitedMillis;
    this.startTick = performance.now() - waitedMillis;
    this.callerContext = context.active();
    this.kind = operationKind(server, query);
    const isRecorded = options.rootQueries || trace.getSpan(this.callerContext) !== undefined;
    this.span = isRecorded ? this.tryStartSpan(query) : undefined;
  }

  /** The context with the operation's span, for what the driver does on its behalf. */
  get context(): Context {
    this.ownContext ??=
      this.span === undefined ? this.callerContext : contextWithSpan(this.callerContext, this.span);
    return this.ownContext;
  }

  /** The operation has ended; later calls do nothing. Never throws. */
  end(outcome: DatabaseOutcome = ENDED): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    try {
      this.finish(outcome);
    } catch (error) {
      reportInternalError('ending a database span', error);
    }
  }

  /** An SDK of the application's can throw; its query is made all the same. */
  private tryStartSpan(query: DatabaseQuery): Span | undefined {
    try {
      return this.startSpan(query);
    } catch (error) {
      reportInternalError('starting a database span', error);
      return undefined;
    }
  }

  private startSpan(query: DatabaseQuery): Span {
    const { kind } = this;
    const attributes = query.isChangeable ? spanAttributes(kind, query) : () => spanAttributes(kind, query);
    const start = { name: query.name, kind: SpanKind.CLIENT, attributes, startMillis: this.startMillis };
    return startOwnSpan(trace.getTracer(SCOPE_NAME, VERSION), start, this.callerContext);
  }

  private finish({ failure, returnedRows, system }: DatabaseOutcome): void {
    const { kind, span } = this;
    const durationMillis = performance.now() - this.startTick;
    const isAsExpected = failure === undefined && (system === undefined || system === kind.attributes['db.system.name']);
    const learnt = isAsExpected ? undefined : learntAttributes(failure, system);
    if (learnt === undefined) {
      kind.series.record(operationDuration(), durationMillis / 1000, this.context);
    } else {
      operationDuration().record(durationMillis / 1000, { ...kind.attributes, ...learnt }, this.context);
    }
    if (span === undefined) {
      return;
    }
    const end = this.startMillis + durationMillis;
    if (returnedRows !== undefined) {
      span.setAttribute('db.response.returned_rows', returnedRows);
    }
    if (learnt !== undefined) {
      span.setAttributes(learnt);
    }
    if (failure !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.statusCode ?? failure.type });
    }
    if (durationMillis >= this.options.slowQueryMillis) {
      span.addEvent(SLOW_QUERY, end);
    }
    span.end(end);
  }
}

/** An object of the span's own. */
function spanAttributes(kind: OperationKind, query: DatabaseQuery): Attributes {
  const attributes: Attributes = { ...kind.attributes };
  query.addTo(attributes);
  return attributes;
}

function learntAttributes(failure: DatabaseFailure | undefined, system: string | undefined): Attributes {
  const attributes: Attributes = {};
  if (failure !== undefined) {
    attributes['error.type'] = failure.statusCode ?? failure.type;
  }
  if (failure?.statusCode !== undefined) {
    attributes['db.response.status_code'] = failure.statusCode;
  }
  if (system !== undefined) {
    attributes['db.system.name'] = system;
  }
  return attributes;
}
