import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { NodeTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { SamplingOptions } from '../../src/options/sampling-options.js';
import { resolveSampling } from '../../src/options/resolve-sampling.js';
import { parseTraceState } from '../../src/propagation/trace-state.js';
import { createSampling } from '../../src/sampling/create-sampling.js';
import type { SamplingStatus } from '../../src/sampling/sampling-counts.js';

/** How a span of a test begins. */
export interface SpanStart {
  readonly parent?: Span | Context;
  readonly attributes?: Attributes;
  /** That of a request where none is given. */
  readonly kind?: SpanKind;
}

/** The sampling of a process whose clock stands still until it is told, and what it exports. */
export class SampledProcess {
  millis = 1000;
  readonly exported: ReadableSpan[] = [];
  readonly leftOut = new Set<object>();
  /** What the framework has told of each request by now. */
  known: Attributes = {};
  readonly provider: NodeTracerProvider;
  private readonly sampling: ReturnType<typeof createSampling>;
  private ids = 0;

  /** @param around - a span processor of the application, and the next trace ids that are made */
  constructor(
    options: SamplingOptions,
    around: { readonly parentBased?: boolean; readonly processor?: SpanProcessor; readonly traceIds?: readonly string[] } = {},
  ) {
    const { parentBased = true, processor, traceIds } = around;
    const resolved = resolveSampling(options, { root: 'always_on', parentBased, ratio: 1 });
    if (resolved === undefined) {
      throw new Error('nothing is sampled');
    }
    const target = {
      onEnd: (span: ReadableSpan) => void this.exported.push(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    this.sampling = createSampling(resolved, {
      targets: [target],
      isLeftOut: (span) => this.leftOut.has(span),
      knownWithin: () => this.known,
      now: () => this.millis,
    });
    const { sampler, starts, keeper } = this.sampling;
    this.provider = new NodeTracerProvider({
      sampler,
      spanProcessors: [starts, ...(processor === undefined ? [] : [processor]), keeper],
      ...(traceIds === undefined
        ? {}
        : { idGenerator: { generateTraceId: () => traceIds[this.ids++] ?? '', generateSpanId: () => randomId(16) } }),
    });
  }

  get status(): SamplingStatus {
    return this.sampling.keeper.status();
  }

  get keeper(): ReturnType<typeof createSampling>['keeper'] {
    return this.sampling.keeper;
  }

  /** The names of what has been exported, sorted. */
  get names(): string[] {
    return this.exported.map(({ name }) => name).toSorted();
  }

  start(name: string, { parent = ROOT_CONTEXT, attributes = {}, kind = SpanKind.SERVER }: SpanStart = {}): Span {
    const within = 'spanContext' in parent ? trace.setSpan(ROOT_CONTEXT, parent) : parent;
    return context.with(within, () => this.provider.getTracer('test').startSpan(name, { attributes, kind }, within));
  }

  /** Ends a span with an error. */
  fail(span: Span): void {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
}

/** A trace id with a certain randomness. */
export function traceIdOf(randomness: string): string {
  return `0af7651916cd43dd84`.slice(0, 18) + randomness;
}

/** Of a share from about 0.1 on, this one is kept. */
export const LUCKY = 'ffffffffffffff';

/** Of a share below 1, this one is not. */
export const UNLUCKY = '00000000000000';

/** The context of a caller in another process. */
export function remoteParent(traceFlags: number, randomness: string, traceState?: string): Context {
  const state = traceState === undefined ? undefined : parseTraceState(traceState);
  const ids = { traceId: traceIdOf(randomness), spanId: 'b7ad6b7169203331', traceFlags, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, { ...ids, ...(state === undefined ? {} : { traceState: state }) });
}

function randomId(length: number): string {
  return Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('').replace(/^0+$/, '1');
}
