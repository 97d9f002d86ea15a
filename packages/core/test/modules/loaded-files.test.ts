import { verifies } from '@otelier/testkit';
import { startProcess } from '../test-process';

interface Loaded {
  readonly files: readonly string[];
  readonly speaksHttp2: boolean;
}

/** What a set-up loads with these variables; nobody listens where it exports to. */
async function loadedWith(env: Readonly<Record<string, string>> = {}): Promise<Loaded> {
  const program = await startProcess('loaded-files.cjs', { endpoint: 'http://127.0.0.1:9', env: { OTEL_LOG_LEVEL: 'none', ...env } });
  const { stdout, stderr } = await program.exit;
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Loaded;
}

const ALWAYS = ['core.cjs', 'index.cjs', 'rolldown-runtime.cjs'];

describe('a process', () => {
  verifies('Q6', 'loads nothing of what it does not use', async () => {
    expect(await loadedWith()).toEqual({ files: ALWAYS, speaksHttp2: false });
  });

  verifies('Q6', 'loads what its variables ask for', async () => {
    const json = await loadedWith({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
    const grpc = await loadedWith({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    const b3 = await loadedWith({ OTEL_PROPAGATORS: 'b3' });

    expect(json.files).toEqual(expect.arrayContaining([...ALWAYS, 'json-serializers.cjs']));
    expect(grpc).toEqual({ files: expect.arrayContaining([...ALWAYS, 'grpc-connection.cjs']) as unknown, speaksHttp2: true });
    expect(b3.files).toEqual(expect.arrayContaining([...ALWAYS, 'b3-propagators.cjs']));
  });
});
