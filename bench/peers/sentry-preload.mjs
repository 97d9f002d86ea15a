/** The set-up that Sentry's documentation shows for a service in ES modules; its parts of the service find it here. */
import * as Sentry from '@sentry/node';

Sentry.init({ dsn: process.env.BENCH_SENTRY_DSN, tracesSampleRate: Number(process.env.BENCH_SAMPLED) });
globalThis.sentry = Sentry;
