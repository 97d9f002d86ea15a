import { trace } from '@opentelemetry/api';
import { startOtlpSink, type OtlpSink, type ReceivedLogRecord } from '@otelier/testkit';
import { collector, setupOtel, withSpan, type Otel, type OtelOptions } from '../../src/index.js';

/** A set-up whose records arrive at a sink. */
export interface ObservedLogs {
  readonly otel: Otel;
  readonly sink: OtlpSink;
  /** All records so far, flushed. */
  records(): Promise<ReceivedLogRecord[]>;
  end(): Promise<void>;
}

/** Sets up Otelier with a sink of its own. */
export async function observeLogs(logs?: OtelOptions['logs']): Promise<ObservedLogs> {
  const sink = await startOtlpSink();
  const otel = setupOtel({
    serviceName: 'logs',
    handleSignals: false,
    destinations: [collector(sink.url)],
    ...(logs === undefined ? {} : { logs }),
  });
  return {
    otel,
    sink,
    async records() {
      await otel.flush();
      return sink.logs();
    },
    async end() {
      await otel.shutdown();
      await sink.close();
    },
  };
}

/** The ids that a line is to carry. */
export interface SpanIds {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_flags: string;
}

/** Calls a function within a span and returns the ids of the span. */
export function inSpan(action: () => void): SpanIds {
  return withSpan('work', () => {
    action();
    const span = trace.getActiveSpan()?.spanContext();
    return { trace_id: span?.traceId ?? '', span_id: span?.spanId ?? '', trace_flags: '01' };
  });
}

/** A stream for loggers that keeps what is written. */
export class KeptLines {
  readonly lines: string[] = [];

  write(line: string): boolean {
    this.lines.push(line);
    return true;
  }

  /** Every line as the object that it is. */
  objects(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
