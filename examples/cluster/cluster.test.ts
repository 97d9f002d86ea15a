import { resolve } from 'node:path';
import { findFreePort, startOtlpSink, verifies } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

describe.each(['SIGTERM', 'SIGINT'] as const)('the cluster that gets %s', (signal) => {
  verifies('P10', 'delivers each request once, from the process that answered it, and ends with 0', async () => {
    const sink = await startOtlpSink();
    const port = await findFreePort();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTELIER_DEFER_SETUP: 'true', PORT: String(port), WORKERS: '2' };
    const program = await runProgram(resolve(__dirname, 'main.js'), { env, cwd: __dirname });
    await program.line(/^listening on /);
    const pids = new Set<unknown>();
    let asked = 0;
    while (pids.size < 2) {
      asked += 1;
      const response = await fetch(`http://127.0.0.1:${port}/processes/one`, { headers: { connection: 'close' } });
      pids.add(((await response.json()) as { pid: unknown }).pid);
    }
    program.kill(signal);
    expect(await program.exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    await sink.close();
    const spans = sink.spans();
    expect(spans.map(({ name }) => name)).toEqual(Array(asked).fill('GET /processes/:name'));
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(asked);
    expect(new Set(spans.map(({ resource }) => resource['process.pid']))).toEqual(pids);
    expect(new Set(spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
    // Sums since the start: each process tells of them once or more, and counts the last time.
    const counts = new Map<unknown, number>();
    for (const { resource, dataPoints } of sink.metrics().filter(({ name }) => name === 'http.server.request.duration')) {
      counts.set(
        resource['service.instance.id'],
        dataPoints.reduce((sum, { count }) => sum + (count ?? 0), 0),
      );
    }
    expect(counts.size).toBe(2);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(asked);
  });
});
