import { ProxyTracerProvider, trace } from '@opentelemetry/api';

/** Whether a tracer provider has been registered with the OpenTelemetry API, by Otelier or by somebody else. */
export function isTracerProviderRegistered(): boolean {
  const provider = trace.getTracerProvider();
  if (!(provider instanceof ProxyTracerProvider)) {
    return true;
  }
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}
