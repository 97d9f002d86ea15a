import { createRequire } from 'node:module';
import * as http from 'node:http';
import { fetch as undiciFetch } from 'undici';
import pg from 'pg';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** Says what a disabled set-up has changed in this process, and asks a server with the context of a caller active. */
const [build, target] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
const seen = () => ({
  resources: process.getActiveResourcesInfo(),
  listeners: Object.fromEntries(['SIGTERM', 'SIGINT', 'beforeExit', 'exit', 'uncaughtException'].map((name) => [name, process.listenerCount(name)])),
  methods: [
    [http.ClientRequest.prototype, '_storeHeader'],
    [http.Server.prototype, 'emit'],
    [pg.Client.prototype, 'query'],
    [console, 'log'],
    [globalThis, 'fetch'],
  ].map(([owner, name]) => owner[name]),
});

const require = createRequire(import.meta.url);
const core = build === 'cjs' ? require('../../dist/index.cjs') : await import('../../dist/index.js');
const before = seen();
const otel = core.setupOtel({ outgoing: { propagateTo: ['127.0.0.1'] } });
const after = seen();

const caller = propagation.extract(ROOT_CONTEXT, JSON.parse(process.env.CALLER));
await context.with(caller, async () => {
  await core.withSpan('work', async (span) => {
    console.log(JSON.stringify({ recording: span.isRecording() }));
    await (await fetch(`${target}/by-fetch`)).text();
    await (await undiciFetch(`${target}/by-undici`)).text();
    await (await fetch(`${target.replace('127.0.0.1', 'localhost')}/elsewhere`)).text();
    await (await fetch(`${target}/own`, { headers: { traceparent: '00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01' } })).text();
    await new Promise((resolve) => {
      http.get(`${target}/by-node`, { agent: false }, (response) => response.resume().on('end', resolve));
    });
  });
});
await fetch(`${target}/outside`).then((response) => response.text());
await otel.shutdown();
await context.with(caller, () => fetch(`${target}/afterwards`).then((response) => response.text()));
console.log(
  JSON.stringify({
    resources: [before.resources, after.resources],
    listeners: [before.listeners, after.listeners],
    patched: after.methods.some((method, index) => method !== before.methods[index]),
    tracer: trace.getTracer('any').startSpan('any').isRecording(),
    spans: otel.status().spans,
    // Since 22.15 and 23.11 Node tells of a request of node:http before it is sent.
    tellsOfRequests: major > 23 || (major === 23 && minor >= 11) || (major === 22 && minor >= 15),
  }),
);
