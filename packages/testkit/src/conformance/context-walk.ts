import { AsyncResource } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';

/** The id of the active span; `none` without one. */
export function activeSpanId(): string {
  return trace.getActiveSpan()?.spanContext().spanId ?? 'none';
}

/** The id of the trace that is active; `none` without one. */
export function activeTraceId(): string {
  return trace.getActiveSpan()?.spanContext().traceId ?? 'none';
}

/** Asks for the active span in every kind of continuation that handlers use. */
export async function walkContinuations(): Promise<Record<string, string>> {
  const seen: Record<string, string> = { start: activeSpanId() };
  await Promise.resolve();
  seen['await'] = activeSpanId();
  await wait(1);
  seen['timer'] = activeSpanId();
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      seen['immediate'] = activeSpanId();
      process.nextTick(() => {
        seen['nextTick'] = activeSpanId();
        resolve();
      });
    });
  });
  await pipeline(Readable.from(['a', 'b']), async (source: AsyncIterable<string>) => {
    for await (const chunk of source) {
      seen[`stream ${chunk}`] = activeSpanId();
    }
  });
  const emitter = new EventEmitter();
  setImmediate(() => emitter.emit('event'));
  await once(emitter, 'event');
  seen['event'] = activeSpanId();
  new AsyncResource('conformance').runInAsyncScope(() => {
    seen['resource'] = activeSpanId();
  });
  return seen;
}
