import {
  INVALID_SPAN_CONTEXT,
  trace,
  type Attributes,
  type AttributeValue,
  type Exception,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import type { SqlDialect } from '../sql/describe-sql.js';
import type { DatabaseFailure } from './database-call.js';
import { DatabaseOperation } from './database-operation.js';
import { sqlQuery } from './sql-query.js';

/** How one instrumentation package speaks of its driver. */
export interface InstrumentationDialect {
  /** The dialect of its statements, which is also the name of the system. */
  readonly dialect: SqlDialect;
  /** Reads a failure from what the package records of it. */
  failure(reported: { readonly exception: unknown; readonly message: string | undefined }): DatabaseFailure;
}

/**
 * A tracer provider for an OpenTelemetry database instrumentation: it takes what the package says of a query and makes
 * the span that Otelier would make itself. So names, text and errors are the same whichever way a driver is observed.
 */
export function createInstrumentationTracer(
  dialect: InstrumentationDialect,
  options: ResolvedDatabaseOptions,
): TracerProvider {
  const tracer: Tracer = {
    startSpan: (_name: string, spanOptions: SpanOptions = {}) =>
      new InstrumentationSpan(dialect, options, spanOptions.attributes ?? {}),
    startActiveSpan: () => {
      throw new Error('a database instrumentation is not expected to activate its spans');
    },
  };
  return { getTracer: () => tracer };
}

/** Stands for a span towards the instrumentation; the real one begins when the query's text is known. */
class InstrumentationSpan implements Span {
  private operation: DatabaseOperation | undefined;
  private exception: unknown;
  private error: SpanStatus | undefined;

  constructor(
    private readonly dialect: InstrumentationDialect,
    private readonly options: ResolvedDatabaseOptions,
    private readonly attributes: Attributes,
  ) {
    if (this.attributes['db.query.text'] !== undefined) {
      this.begin();
    }
  }

  setAttribute(name: string, value: AttributeValue): this {
    this.attributes[name] = value;
    if (name === 'db.query.text') {
      this.begin();
    }
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.entries(attributes).forEach(([name, value]) => value !== undefined && this.setAttribute(name, value));
    return this;
  }

  recordException(exception: Exception): void {
    this.exception = exception;
  }

  setStatus(status: SpanStatus): this {
    this.error = status.code === SpanStatusCode.ERROR ? status : undefined;
    return this;
  }

  end(): void {
    const { exception, error } = this;
    this.begin().end({ failure: error && this.dialect.failure({ exception, message: error.message }) });
  }

  spanContext(): SpanContext {
    return (this.operation && trace.getSpanContext(this.operation.context)) ?? INVALID_SPAN_CONTEXT;
  }

  isRecording(): boolean {
    return true;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  private begin(): DatabaseOperation {
    const { attributes, options } = this;
    const { dialect } = this.dialect;
    this.operation ??= new DatabaseOperation(
      {
        query: sqlQuery({ dialect, text: text(attributes['db.query.text']) }, dialect, options),
        server: {
          system: dialect,
          namespace: text(attributes['db.namespace']),
          address: text(attributes['server.address']),
          port: number(attributes['server.port']),
        },
      },
      options,
    );
    return this.operation;
  }
}

function text(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: AttributeValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
