import { trace, type Context, type Span } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';

/** Knows of each span those around it that are open, and keeps none of them alive. */
export class OpenSpans implements SpanProcessor {
  /** Of an open span its parent, and of an ended one the next that was open around it then. */
  private readonly parents = new WeakMap<object, Span>();

  onStart(span: object, context: Context): void {
    this.note(span, trace.getSpan(context));
  }

  /** A chain of works of which each begins the next must not hold on to those that are over. */
  onEnd(span: object): void {
    this.note(span, this.parents.get(span));
  }

  /** The span itself and those around it that are open, the innermost first. */
  around(innermost: Span | undefined): readonly Span[] {
    const open: Span[] = [];
    for (let span = this.firstOpen(innermost); span !== undefined; span = this.firstOpen(this.parents.get(span))) {
      open.push(span);
    }
    return open;
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  private note(span: object, outer: Span | undefined): void {
    const open = this.firstOpen(outer);
    if (open === undefined) {
      this.parents.delete(span);
    } else {
      this.parents.set(span, open);
    }
  }

  private firstOpen(span: Span | undefined): Span | undefined {
    let open = span;
    while (open !== undefined && !open.isRecording()) {
      open = this.parents.get(open);
    }
    return open;
  }
}
