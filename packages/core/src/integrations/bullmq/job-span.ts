import {
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type TimeInput,
} from '@opentelemetry/api';
import { describeException, recordException, type ExceptionFacts } from '../../tracing/exception.js';
import { jobAttributes, messagingAttributes } from './job-attributes.js';
import type { BullmqAttributes, BullmqSpan } from './telemetry-interface.js';

const JOB_SPAN = createContextKey('otelier.bullmq.span');

/** The span of BullMQ's in which something is done, without those of the application beneath it. */
export function jobSpan(within: Context): JobSpan | undefined {
  return within.getValue(JOB_SPAN) as JobSpan | undefined;
}

/** A failure of which BullMQ tells the message alone has no type. */
type Failure = Omit<ExceptionFacts, 'type'> & { readonly type?: string };

/**
 * A span of bullmq-otel, which sets no status, records what jobs return, and has no attributes of the conventions.
 *
 * How it ended is known when it ends: an error that BullMQ met and overcame is no failure of the job.
 */
export class JobSpan implements BullmqSpan {
  private failure: Failure | undefined;
  private thrown: { readonly error: unknown } | undefined;

  constructor(
    private readonly span: Span,
    private readonly recorded: BullmqSpan,
    private readonly kind: SpanKind,
  ) {}

  setSpanOnContext(within: Context): Context {
    // A job without a trace of its own starts one, wherever the worker was made.
    const isContinued = trace.getSpanContext(within)?.isRemote === true;
    const base = this.kind === SpanKind.CONSUMER && !isContinued ? ROOT_CONTEXT : within;
    return this.recorded.setSpanOnContext(base).setValue(JOB_SPAN, this);
  }

  setAttribute(name: string, value: unknown): void {
    this.setAttributes({ [name]: value });
  }

  setAttributes(told: BullmqAttributes): void {
    const attributes = jobAttributes(told);
    this.recorded.setAttributes(
      this.kind === SpanKind.INTERNAL ? attributes : { ...attributes, ...messagingAttributes(attributes) },
    );
  }

  addEvent(name: string, attributes: BullmqAttributes = {}, time?: TimeInput): void {
    if (name === 'job completed') {
      this.failure = undefined;
    }
    if (name === 'job failed') {
      this.failure = this.failureOf(attributes['bullmq.job.failed.reason']);
    }
    this.recorded.addEvent(name, jobAttributes(attributes), time);
  }

  recordException(exception: unknown): void {
    this.failure = this.failureOf(exception);
  }

  /** Tells what was thrown: of a failed job BullMQ itself tells the message alone. */
  noteThrown(error: unknown): void {
    this.thrown = { error };
  }

  end(): void {
    const { failure, span } = this;
    this.failure = undefined;
    if (failure !== undefined) {
      const { type, message } = failure;
      if (type === undefined) {
        span.addEvent('exception', { 'exception.message': message });
      } else {
        recordException(span, { ...failure, type });
      }
      span.setAttribute('error.type', type ?? '_OTHER');
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    this.recorded.end();
  }

  private failureOf(told: unknown): Failure {
    if (typeof told === 'object' && told !== null) {
      return describeException(told);
    }
    if (this.thrown !== undefined) {
      return describeException(this.thrown.error);
    }
    const { message, stack } = describeException(typeof told === 'string' ? told : 'unknown');
    return { message, stack };
  }
}
