import type { Tracer } from '@opentelemetry/api';
import { NodeTracerProvider, type ReadableSpan, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ResolvedSpanLimits } from '../options/resolved-options.js';
import { SpanClock } from './span-clock.js';
import { SpanIds } from './span-ids.js';
import type { SpanCounts, SpanLimits, SpanListeners, SpanOrigin } from './span-origin.js';
import { SpanTracer, type SpanDecider } from './tracer.js';

/** What a provider is made of. */
export interface SpanTracerProviderParts {
  readonly resource: ReadableSpan['resource'];
  readonly sampler: Sampler;
  /** Whether the sampler's decision can depend on attributes. */
  readonly readsAttributes: boolean;
  readonly limits: ResolvedSpanLimits;
  /** Flushed and shut down by the provider; `listeners` says which of them hear of spans. */
  readonly spanProcessors: readonly SpanProcessor[];
  readonly listeners: SpanListeners;
}

/** The SDK's provider, with tracers that make {@link RecordedSpan}s. */
export class SpanTracerProvider extends NodeTracerProvider {
  /** The recorded spans of all of its tracers. */
  readonly counts: SpanCounts = { started: 0, ended: 0 };
  private readonly byName = new Map<string, Map<string, SpanTracer>>();
  private readonly shared: Omit<SpanOrigin, 'instrumentationScope'>;
  private readonly decider: SpanDecider;

  constructor({ resource, sampler, readsAttributes, limits, spanProcessors, listeners }: SpanTracerProviderParts) {
    super({ resource, sampler, spanLimits: limits, spanProcessors: [...spanProcessors] });
    this.shared = { resource, limits: settleLimits(limits), listeners, counts: this.counts, clock: new SpanClock() };
    this.decider = { sampler, readsAttributes, ids: new SpanIds() };
  }

  override getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    // Each request asks for its tracer: without an option no text is put together for that.
    const key = options?.schemaUrl ? `${version ?? ''} ${options.schemaUrl}` : (version ?? '');
    return this.byName.get(name)?.get(key) ?? this.addTracer({ name, version, schemaUrl: options?.schemaUrl }, key);
  }

  private addTracer(instrumentationScope: SpanOrigin['instrumentationScope'], key: string): SpanTracer {
    const tracer = new SpanTracer({ ...this.shared, instrumentationScope }, this.decider);
    const { name } = instrumentationScope;
    const versions = this.byName.get(name) ?? new Map<string, SpanTracer>();
    this.byName.set(name, versions.set(key, tracer));
    return tracer;
  }
}

function settleLimits(limits: ResolvedSpanLimits): SpanLimits {
  const valueLength = limits.attributeValueLengthLimit;
  return {
    attributes: { count: limits.attributeCountLimit, valueLength },
    eventCount: limits.eventCountLimit,
    eventAttributes: { count: limits.attributePerEventCountLimit, valueLength },
    linkCount: limits.linkCountLimit,
    linkAttributes: { count: limits.attributePerLinkCountLimit, valueLength },
  };
}
