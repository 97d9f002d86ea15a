import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectDiagnostics, startGrpcSink, startOtlpSink, verifies } from '@otelier/testkit';
import { createSelfSigned } from '@otelier/testkit/conformance/self-signed';
import { type Otel } from '../../src/index.js';
import { Variables } from '../sdk/variables.js';
import { countsOf, exportOnce } from './telemetry.js';

const variables = new Variables();
const [server, client] = [createSelfSigned(), createSelfSigned()];

let folder: string;
let otel: Otel;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-certificates-'));
  const files = { 'server.pem': server.cert, 'client.pem': client.cert, 'client.key': client.key };
  Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, name), content, { mode: 0o600 }));
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(async () => {
  await otel.shutdown();
  variables.restore();
});

const starts = {
  'http/protobuf': () => startOtlpSink({ tls: { ...server, clientCa: client.cert } }),
  grpc: () => startGrpcSink({ tls: { ...server, clientCa: client.cert } }),
} as const;

describe('a destination that asks for a certificate of the client', () => {
  for (const protocol of ['http/protobuf', 'grpc'] as const) {
    const certificates = (): Record<string, string> => ({
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'server.pem'),
    });

    verifies('P5', `takes telemetry of one that has it, over ${protocol}`, async () => {
      const sink = await starts[protocol]();
      variables.set({
        ...certificates(),
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(folder, 'client.pem'),
        OTEL_EXPORTER_OTLP_CLIENT_KEY: join(folder, 'client.key'),
      });
      otel = await exportOnce();
      expect(sink.spans()).toMatchObject([{ name: 'work' }]);
      expect(countsOf(otel)).toEqual(['collector traces 1 0 0']);
      await sink.close();
    });

    verifies('P5', `takes none of one that shows no certificate, over ${protocol}`, async () => {
      const sink = await starts[protocol]();
      variables.set({ ...certificates(), OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_TIMEOUT: '700' });
      expectDiagnostics('OTELIER_EXPORT_FAILED');
      otel = await exportOnce();
      expect(sink.spans()).toEqual([]);
      expect(countsOf(otel)).toEqual(['collector traces 0 1 0']);
      await sink.close();
    });

    verifies('P5', `gets nothing when its own certificate is signed by nobody who is trusted, over ${protocol}`, async () => {
      const sink = await starts[protocol]();
      variables.set({ ...certificates(), OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'client.pem') });
      expectDiagnostics('OTELIER_EXPORT_FAILED');
      otel = await exportOnce();
      expect(sink.requests()).toEqual([]);
      expect(otel.status().destinations[0]?.lastError).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
      await sink.close();
    });
  }
});
