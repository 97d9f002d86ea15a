import { SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import { getRPCMetadata, RPCType, type RPCMetadata } from '@opentelemetry/core';

/** A SERVER span that somebody else has made for the request at hand. */
export interface ForeignServerSpan {
  readonly span: Span;
  /** Tells instrumentation-http the route; its own metric takes it from here. */
  setRoute(route: string): void;
}

/** The SERVER span that is active already, made by instrumentation-http or by other middleware. */
export function findActiveServerSpan(active: Context): ForeignServerSpan | undefined {
  const metadata = getRPCMetadata(active);
  if (metadata?.type === RPCType.HTTP) {
    return foreign(metadata.span, metadata);
  }
  const span = trace.getSpan(active);
  return span !== undefined && span.isRecording() && kindOf(span) === SpanKind.SERVER ? foreign(span) : undefined;
}

function foreign(span: Span, metadata?: RPCMetadata): ForeignServerSpan {
  return {
    span,
    setRoute(route) {
      if (metadata !== undefined) {
        metadata.route = route;
      }
    },
  };
}

/** The spans of the SDKs tell their kind; the API does not ask for it. */
function kindOf(span: Span): unknown {
  return (span as { kind?: unknown }).kind;
}
