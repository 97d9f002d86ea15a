import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { contextWithSpan } from '../tracing/own-context.js';
import { startOwnSpan } from '../tracing/own-tracer.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { DatabaseCall, DatabaseFailure, DatabaseOutcome } from './database-call.js';
import { operationDuration } from './operation-duration.js';

/** The event of a span that took longer than `slowQueryMillis`. */
const SLOW_QUERY = 'db.query.slow';

/**
 * One operation of a database client: its CLIENT span, when it is made within a span, and its duration metric.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export class DatabaseOperation {
  /** The context of whoever asked for it. */
  readonly callerContext: Context;
  /** The context with the operation's span, for what the driver does on its behalf. */
  readonly context: Context;
  private readonly span: Span | undefined;
  private readonly startMillis: number;
  private readonly startTick: number;
  private readonly attributes: Attributes;
  private ended = false;

  constructor(
    call: DatabaseCall,
    private readonly options: ResolvedDatabaseOptions,
  ) {
    const { waitedMillis = 0 } = call;
    this.startMillis = Date.now() - waitedMillis;
    this.startTick = performance.now() - waitedMillis;
    this.callerContext = context.active();
    this.attributes = { ...serverAttributes(call), ...call.query.attributes };
    this.span =
      options.rootQueries || trace.getSpan(this.callerContext) !== undefined ? this.tryStartSpan(call) : undefined;
    this.context = this.span === undefined ? this.callerContext : contextWithSpan(this.callerContext, this.span);
  }

  /** The operation has ended; later calls do nothing. Never throws. */
  end(outcome: DatabaseOutcome = {}): void {
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
  private tryStartSpan(call: DatabaseCall): Span | undefined {
    try {
      return this.startSpan(call);
    } catch (error) {
      reportInternalError('starting a database span', error);
      return undefined;
    }
  }

  private startSpan({ query }: DatabaseCall): Span {
    const attributes = { ...this.attributes, ...query.spanAttributes() };
    const start = { name: query.name, kind: SpanKind.CLIENT, attributes, startMillis: this.startMillis };
    return startOwnSpan(trace.getTracer(SCOPE_NAME, VERSION), start, this.callerContext);
  }

  private finish({ failure, returnedRows, system }: DatabaseOutcome): void {
    const durationMillis = performance.now() - this.startTick;
    const outcome = { ...failureAttributes(failure), ...(system === undefined ? {} : { 'db.system.name': system }) };
    operationDuration().record(durationMillis / 1000, { ...this.attributes, ...outcome }, this.context);
    if (this.span === undefined) {
      return;
    }
    const end = this.startMillis + durationMillis;
    if (returnedRows !== undefined) {
      this.span.setAttribute('db.response.returned_rows', returnedRows);
    }
    this.span.setAttributes(outcome);
    if (failure !== undefined) {
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure.statusCode ?? failure.type });
    }
    if (durationMillis >= this.options.slowQueryMillis) {
      this.span.addEvent(SLOW_QUERY, end);
    }
    this.span.end(end);
  }
}

function serverAttributes({ server, peer }: DatabaseCall): Attributes {
  const attributes: Attributes = { 'db.system.name': server.system };
  const known = {
    'db.namespace': server.namespace,
    'server.address': server.address,
    'server.port': server.port,
    'network.peer.address': peer?.address,
    'network.peer.port': peer?.port,
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
