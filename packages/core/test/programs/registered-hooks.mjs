import { register } from 'node:module';

/** What the documentation of OpenTelemetry's instrumentations asks an application of ES modules to preload. */
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
