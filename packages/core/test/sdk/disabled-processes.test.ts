import { join } from 'node:path';
import { runProgram, startHeaderServer, startOtlpSink, verifies, type HeaderServer, type OtlpSink } from '@otelier/testkit';

const CALLER = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'shop=1',
  baggage: 'tenant=t7',
};

let sink: OtlpSink;
let server: HeaderServer;

beforeEach(async () => {
  [sink, server] = await Promise.all([startOtlpSink(), startHeaderServer()]);
});

afterEach(() => Promise.all([sink.close(), server.close()]));

function carried(path: string): Record<string, unknown> {
  const { traceparent, tracestate, baggage } = server.headers(path) ?? { traceparent: 'no request' };
  return Object.fromEntries(Object.entries({ traceparent, tracestate, baggage }).filter(([, value]) => value !== undefined));
}

interface Said {
  readonly recording: boolean;
  readonly resources: readonly unknown[];
  readonly listeners: readonly unknown[];
  readonly patched: boolean;
  readonly tracer: boolean;
  readonly spans: object;
  readonly tellsOfRequests: boolean;
}

for (const build of ['esm', 'cjs']) {
  verifies('P4', `a disabled set-up costs nothing and still passes the context on, ${build} build`, async () => {
    const program = await runProgram(join(__dirname, '../programs/disabled.mjs'), {
      args: [build, server.url],
      env: { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, CALLER: JSON.stringify(CALLER) },
      node: process.env['OTELIER_TEST_NODE'],
    });
    const { code, stdout, stderr } = await program.exit;
    expect([code, stderr]).toEqual([0, '']);
    const said = Object.assign({}, ...stdout.trim().split('\n').map((line) => JSON.parse(line) as object)) as Said;
    expect(said).toMatchObject({
      recording: false,
      tracer: false,
      patched: false,
      spans: { started: 0, ended: 0, exported: 0, failed: 0, dropped: 0 },
    });
    expect(said.resources[1]).toEqual(said.resources[0]);
    expect(said.listeners[1]).toEqual(said.listeners[0]);
    expect(['/by-fetch', '/by-undici'].map(carried)).toEqual([CALLER, CALLER]);
    expect(carried('/by-node')).toEqual(said.tellsOfRequests ? CALLER : {});
    expect(carried('/own')).toEqual({ traceparent: '00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01' });
    expect(['/elsewhere', '/outside', '/afterwards'].map(carried)).toEqual([{}, {}, {}]);
    expect(sink.requests()).toEqual([]);
  });
}
