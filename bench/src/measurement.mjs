import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { preloadOf } from './peers.mjs';
import { pathOf } from './plan.mjs';
import { median } from './statistics.mjs';

/** So long V8 goes on compiling what has become hot: a service that has run for a day is past that. */
const WARM_UP_SECONDS = 8;
const PEAK_PHASES = 3;
const LATENCY_SHARE = 0.7;
const foreign = /^_?(OTEL|OTELIER|DD|SENTRY|BENCH|NODE_OPTIONS)(_|$)/;

/**
 * What one measurement says: processor time is of the whole process, from before the first request until everything
 * that the requests led to has been sent.
 * @typedef {object} Phase
 * @property {number} handled requests that reached the handler
 * @property {number} failed answers other than 2xx, and requests without one
 * @property {number} cpuMicros a request
 * @property {number} perSecond requests
 * @property {number} p50Millis
 * @property {number} p99Millis
 * @property {number} rssMegabytes at the end of the load
 * @property {number} loopDelayP99Millis
 * @property {number} arrived request spans for each request
 * @property {number} spans of all kinds for each request
 * @property {number} bytes for each request
 */

/**
 * The processes that every measurement needs.
 * @typedef {object} Stage
 * @property {Child} sink
 * @property {string} sinkUrl
 * @property {Child} load
 * @property {string | undefined} pgUrl
 * @property {import('./arguments.mjs').Settings} settings
 */

/**
 * Finds what the bare server does at most, which the rates of all contenders follow from.
 * @param {import('./plan.mjs').Case} subject
 * @param {Stage} stage
 * @returns {Promise<number>} requests a second
 */
export async function measurePeak(subject, stage) {
  const service = await startService(subject, 'bare', stage);
  try {
    const rates = [];
    for (let phase = 0; phase < (stage.settings.quick ? 1 : PEAK_PHASES); phase++) {
      rates.push((await runPhase(service, {}, stage)).perSecond);
    }
    return median(rates);
  } finally {
    await service.child.stop();
  }
}

/**
 * Measures one contender once, in a process of its own: at full load, at the fixed rate, and at a large part of what
 * the bare server can do.
 * @param {import('./plan.mjs').Case & { peak: number, rate: number }} subject
 * @param {string} contender
 * @param {Stage} stage
 * @returns {Promise<{ fixed: Phase, full: Phase, latency: Phase, counts?: object }>}
 * @throws {Error} with what the service wrote when it ends or does not answer
 */
export async function measure(subject, contender, stage) {
  const service = await startService(subject, contender, stage);
  try {
    // First what warms up best.
    const full = await runPhase(service, {}, stage);
    const fixed = await runPhase(service, { rate: subject.rate }, stage);
    const latency = await runPhase(service, { rate: Math.round(subject.peak * LATENCY_SHARE) }, stage);
    return { fixed, full, latency, counts: service.counts };
  } finally {
    await service.child.stop();
  }
}

async function startService(subject, contender, stage) {
  const { service, route, node } = subject;
  const { cpuProfile, quick } = stage.settings;
  const profile = cpuProfile ? ['--cpu-prof', `--cpu-prof-dir=${cpuProfile}/${contender}`] : [];
  const child = new Child(fileURLToPath(new URL(`../services/${service}.mjs`, import.meta.url)), {
    env: environment(subject, contender, stage),
    execPath: node.file,
    execArgv: [...preloadOf(contender), ...profile],
  });
  try {
    const { port } = await child.ready();
    const url = `http://127.0.0.1:${port}${pathOf(route)}`;
    const { connections } = stage.settings;
    await stage.load.ask({ url, connections, seconds: quick ? 1 : WARM_UP_SECONDS }, 'load');
    await child.ask('flush');
    await stage.sink.ask('take');
    return { child, url, counts: undefined };
  } catch (error) {
    await child.stop();
    throw new Error(`${contender} on ${service} does not start: ${error.message}`, { cause: error });
  }
}

async function runPhase(service, { rate }, { sink, load, settings }) {
  const { child, url } = service;
  const { connections, seconds } = settings;
  const before = await child.ask('begin');
  const sent = await load.ask({ url, connections, seconds, rate }, 'load');
  const loaded = await child.ask('usage');
  service.counts = (await child.ask('flush')).counts;
  const after = await child.ask('usage');
  const arrived = await sink.ask('take');
  const handled = after.handled - before.handled;
  return {
    handled,
    failed: sent.failed,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / handled,
    perSecond: sent.answered / sent.seconds,
    p50Millis: sent.p50Millis,
    p99Millis: sent.p99Millis,
    rssMegabytes: loaded.rssBytes / 1e6,
    loopDelayP99Millis: loaded.loopDelayP99Millis,
    arrived: arrived.requestSpans / handled,
    spans: arrived.spans / handled,
    bytes: arrived.bytes / handled,
  };
}

/** What every contender gets is the same: the address, gzip where it has the choice, the share, and nothing else. */
export function environment({ route, sampled }, contender, { sinkUrl, pgUrl }) {
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(own),
    NODE_ENV: 'production',
    BENCH_CONTENDER: contender,
    BENCH_SAMPLED: String(sampled),
    BENCH_METRICS: contender === 'official-traces' ? 'no' : 'yes',
    BENCH_SENTRY_DSN: `${sinkUrl.replace('//', '//key@')}/1`,
    ...(route === 'query' ? { BENCH_PG_URL: pgUrl } : {}),
    OTEL_SERVICE_NAME: 'bench',
    OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    // Without a share every contender decides as it does by default.
    ...(sampled < 1 && { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: String(sampled) }),
    DD_SERVICE: 'bench',
    DD_TRACE_AGENT_URL: sinkUrl,
    DD_TRACE_SAMPLE_RATE: String(sampled),
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    DD_TRACE_STARTUP_LOGS: 'false',
  };
}
