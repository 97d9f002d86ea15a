import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { OtlpTransport } from '../../src/pipeline/otlp-transport';
import { until } from '../test-process';

/** An empty export request is valid protobuf of no bytes; the sink takes it as a request without records. */
const NOTHING = new Uint8Array();

describe('the transport of OTLP requests', () => {
  let sink: OtlpSink;
  let transport: OtlpTransport;

  beforeEach(async () => {
    sink = await startOtlpSink();
    transport = createTransport(sink.url);
  });
  afterEach(async () => {
    transport.shutdown();
    await sink.close();
  });

  function createTransport(base: string, gzip = false): OtlpTransport {
    const headers = { 'content-type': 'application/x-protobuf', 'x-key': 'abc' };
    return new OtlpTransport({ url: `${base}/v1/traces`, headers, gzip, grpc: false, proxy: undefined }, {});
  }

  verifies('P5', 'sends the headers of the destination, and compresses when asked to', async () => {
    expect(await transport.send(NOTHING, 5000)).toMatchObject({ status: 'success' });
    const compressing = createTransport(sink.url, true);
    expect(await compressing.send(NOTHING, 5000)).toMatchObject({ status: 'success' });
    compressing.shutdown();
    expect(sink.requests()).toMatchObject([
      { encoding: 'identity', headers: { 'x-key': 'abc' }, status: 200 },
      { encoding: 'gzip', headers: { 'x-key': 'abc' }, status: 200 },
    ]);
  });

  verifies('X3', 'tries again after a status that asks for it, and after a broken connection', async () => {
    sink.answerWith({ status: 503, times: 1 });
    expect(await transport.send(NOTHING, 10_000)).toMatchObject({ status: 'success' });
    sink.answerWith({ reset: true, times: 1 });
    expect(await transport.send(NOTHING, 10_000)).toMatchObject({ status: 'success' });
    expect(sink.requests()).toHaveLength(4);
  });

  verifies('X3', 'does not try again after any other status', async () => {
    for (const status of [400, 401, 413, 500]) {
      sink.answerWith({ status });
      expect(await transport.send(NOTHING, 10_000)).toMatchObject({ status: 'failure', error: { code: status } });
    }
    expect(sink.requests()).toHaveLength(4);
  });

  verifies('X3', 'gives up when it would have to come again after its time limit', async () => {
    sink.answerWith({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await transport.send(NOTHING, 5000)).toMatchObject({ status: 'retryable', error: { code: 429 } });
    expect(sink.requests()).toHaveLength(1);
  });

  verifies('X3', 'makes no hot loop of a Retry-After that is garbage', async () => {
    for (const garbage of ['soon', '-1', '0', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
      sink.clear();
      sink.answerWith({ status: 503, headers: { 'retry-after': garbage } });
      // Shorter than any back-off.
      expect(await transport.send(NOTHING, 500)).toMatchObject({ status: 'retryable' });
      expect(sink.requests()).toHaveLength(1);
    }
  });

  verifies('X3', 'does not read an answer without end', async () => {
    sink.answerWith({ body: new Uint8Array(5 * 1024 * 1024) });
    const answer = await transport.send(NOTHING, 5000);
    expect(answer).toMatchObject({ status: 'failure', error: { message: expect.stringContaining('longer than') as string } });
  });

  verifies(['X1', 'X3b'], 'hands out what has no answer yet, until the shutdown breaks it off', async () => {
    sink.answerWith({ hang: true });
    const body = new Uint8Array([1, 2, 3]);
    const sending = transport.send(body, 60_000);
    await until(() => sink.requests().length === 1);
    expect(transport.pending).toMatchObject([{ url: `${sink.url}/v1/traces`, body }]);
    transport.shutdown();
    expect((await sending).status).not.toBe('success');
    expect(transport.pending).toEqual([]);
  });

  verifies('X1', 'does not wait for a destination that can not be reached while the process ends', async () => {
    const unreachable = createTransport('http://127.0.0.1:1');
    const sending = unreachable.send(NOTHING, 600_000);
    // The first attempt has failed, or is about to: in both cases nothing is waited for.
    unreachable.hurry(true);
    expect(await sending).toMatchObject({ status: 'retryable', error: { code: 'ECONNREFUSED' } });
  });
});
