import { ProxyTracerProvider, trace, type Tracer, type TracerProvider } from '@opentelemetry/api';

interface HeldTracer {
  readonly provider: TracerProvider;
  readonly name: string;
  readonly version: string;
  readonly tracer: Tracer;
}

let held: HeldTracer | undefined;

/** The tracer of an instrumentation scope at the provider that is registered now; most programs have one of each. */
export function serverTracer({ name, version }: { readonly name: string; readonly version: string }): Tracer {
  const registered = trace.getTracerProvider();
  // The API's own stand-in stays when a set-up ends and another begins.
  const provider = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
  if (held?.provider !== provider || held.name !== name || held.version !== version) {
    held = { provider, name, version, tracer: provider.getTracer(name, version) };
  }
  return held.tracer;
}
