import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOtlpSink, verifies } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';
import { parse } from 'yaml';

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

interface Configuration extends Readonly<Record<'receivers' | 'processors' | 'exporters', Readonly<Record<string, object>>>> {
  readonly connectors?: Readonly<Record<string, object>>;
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>>; readonly telemetry?: object };
}

interface Composition {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>>; readonly depends_on?: object }>>;
}

function read<T>(name: string): T {
  return parse(readFileSync(join(__dirname, name), 'utf8')) as T;
}

const configuration = read<Configuration>('collector.yaml');
const { services } = read<Composition>('compose.yaml');
const pipelines = Object.values(configuration.service.pipelines);

/** Whom each service is told to speak to, by the addresses in its environment. */
function targetsOf(name: string): string[] {
  return Object.values(services[name]?.environment ?? {}).flatMap((value) => /^https?:\/\/([\w-]+)/.exec(value)?.[1] ?? []);
}

describe('the example with a Collector', () => {
  it('has a pipeline for each signal, of parts that are there, and each part is used', () => {
    expect(Object.keys(configuration.service.pipelines)).toEqual(['traces', 'metrics', 'logs']);
    for (const part of ['receivers', 'processors', 'exporters'] as const) {
      const used = new Set(pipelines.flatMap((pipeline) => pipeline[part]));
      expect([...used].toSorted()).toEqual(Object.keys(configuration[part]).toSorted());
    }
  });

  it('samples traces when they are whole and before they are batched, and nothing else', () => {
    const { traces, ...others } = configuration.service.pipelines;
    expect(traces?.processors).toEqual(['memory_limiter', 'tail_sampling', 'batch']);
    expect(Object.values(others).map(({ processors }) => processors)).toEqual(Array(2).fill(['memory_limiter', 'batch']));
  });

  it('sends nothing back to where it came from, and nobody waits for another', () => {
    // Connectors and the Collector's own telemetry are the two ways back into a pipeline.
    expect([configuration.connectors, configuration.service.telemetry]).toEqual([undefined, undefined]);
    expect(['service', 'collector', 'jaeger'].map(targetsOf)).toEqual([['collector'], ['jaeger'], []]);
    expect(Object.values(services).filter(({ depends_on }) => depends_on !== undefined)).toEqual([]);
  });

  verifies('P7', 'brings every trace to the Collector, compressed, and starts without it', async () => {
    const sink = await startOtlpSink();
    const program = await runProgram(join(__dirname, 'service.mjs'), { env: { PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } });
    const [url] = await program.line(/^http\S+$/);
    const answers = await Promise.all(['fast', 'broken'].map((path) => fetch(`${url}/${path}`)));
    program.kill();
    const { stderr } = await program.exit;

    expect(answers.map(({ status }) => status)).toEqual([200, 500]);
    expect(sink.spans().map(({ name, status }) => `${name} ${status.code}`).toSorted()).toEqual(['GET /broken ERROR', 'GET /fast UNSET']);
    expect(sink.requests().every(({ encoding }) => encoding === 'gzip')).toBe(true);
    expect(stderr).not.toContain('[otelier]');
    await sink.close();
  });
});
