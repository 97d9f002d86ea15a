import type { TimeInput } from '@opentelemetry/api';
import { MetricReader, type CollectionResult } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { RecordedSpan } from '../../../core/src/spans/recorded-span.js';

// The SDK offers what it records to the processors and readers that its providers were made with, and to nobody else: a
// test that makes a set-up of its own would not be heard. So the one method that everything passes is wrapped, here and
// in tests alone.

interface SpanPrototype {
  end(this: ReadableSpan, endTime?: TimeInput): void;
}

/** Hears of every recorded span that ends in this process, whichever provider it is of and wherever it goes. */
export function onSpanEnd(note: (span: ReadableSpan) => void): void {
  const provider = new NodeTracerProvider({ sampler: new AlwaysOnSampler() });
  const ofSdk = Object.getPrototypeOf(provider.getTracer('probe').startSpan('probe')) as SpanPrototype;
  [ofSdk, RecordedSpan.prototype].forEach((prototype) => wrapEnd(prototype, note));
}

function wrapEnd(prototype: SpanPrototype, note: (span: ReadableSpan) => void): void {
  // Called with the span as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const original = prototype.end;
  prototype.end = function end(endTime) {
    const endsNow = !this.ended;
    try {
      original.call(this, endTime);
    } finally {
      if (endsNow && this.ended) {
        note(this);
      }
    }
  };
}

/** Hears of everything that a metric reader collects in this process. */
export function onCollection(note: (result: CollectionResult) => void): void {
  const { prototype } = MetricReader;
  // Called with the reader as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const original = prototype.collect;
  prototype.collect = async function collect(options) {
    const result = await original.call(this, options);
    note(result);
    return result;
  };
}
