import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../src/child-program.js';
import { missingServer, testMysql, testPostgres } from '../../src/databases/test-database.js';
import { startOtlpSink, type OtlpSink } from '../../src/otlp-sink.js';
import type { ReceivedSpan } from '../../src/otlp/received.js';
import {
  installForeignFolder,
  packTarballs,
  temporaryFolder,
  type ForeignFolder,
} from '../../src/packages/foreign-folder.js';
import { peerSets } from '../../src/packages/peer-sets.js';
import { resolutions, typeErrors } from '../../src/packages/type-check.js';
import { verifies } from '../../src/verifies.js';

const types = { '@types/express': '5.0.6', '@types/node': '20.19.43' };
const installTimeoutMillis = 240_000;
const adapters = ['express', 'fastify', 'nest-on-express', 'nest-on-fastify'] as const;
const programs = adapters.flatMap((adapter) => [`${adapter}.mjs`, `${adapter}.cjs`]);

/** The databases of this run; a program queries those that it is given. */
async function databaseVariables(): Promise<Record<string, string>> {
  return {
    ...(missingServer('postgres') === undefined && { PG_URL: (await testPostgres()).url }),
    ...(missingServer('mysql') === undefined && { MYSQL_URL: (await testMysql()).url }),
  };
}

describe('the packed packages', () => {
  const packs = temporaryFolder('packs');
  let tarballs: Readonly<Record<string, string>>;
  let sink: OtlpSink;

  beforeAll(async () => {
    [tarballs, sink] = await Promise.all([packTarballs(packs), startOtlpSink()]);
  }, installTimeoutMillis);

  afterAll(async () => {
    await sink.close();
    rmSync(packs, { recursive: true, force: true });
  });

  describe.each(peerSets)('with the $name peers', ({ name, peers }) => {
    let folder: ForeignFolder | undefined;

    beforeAll(async () => {
      const packed = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
      folder = await installForeignFolder('packages/testkit/fixtures/install', { ...packed, ...peers, ...types });
    }, installTimeoutMillis);

    afterAll(() => folder?.remove());

    const installed = (): ForeignFolder => {
      if (folder === undefined) {
        throw new Error('the install failed');
      }
      return folder;
    };

    /** Runs a program of the folder, sends one request to it, ends it, and returns the spans of its service. */
    const spansOfOneRequest = async (program: string): Promise<readonly ReceivedSpan[]> => {
      const service = `shop-${program}`;
      const databases = await databaseVariables();
      const child = await runProgram(join(installed().directory, program), {
        cwd: installed().directory,
        env: { ...databases, OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
      });
      const [, port] = await child.line(/listening on (\d+)/);
      const response = await fetch(`http://127.0.0.1:${port}/orders/17`);
      const body: unknown = await response.json();
      child.kill('SIGTERM');
      const { signal, stderr } = await child.exit;
      expect({ body, signal, stderr }).toEqual({ body: { id: '17' }, signal: 'SIGTERM', stderr: '' });
      return sink.spans().filter(({ resource }) => resource['service.name'] === service);
    };

    afterEach(() => sink.clear());

    it.each(programs)('trace a request and its queries in %s', async (program) => {
      const spans = await spansOfOneRequest(program);

      const [server, ...others] = spans.filter(({ kind }) => kind === 'SERVER');
      expect(server).toMatchObject({ name: 'GET /orders/:id', attributes: { 'http.route': '/orders/:id' } });
      expect(others).toEqual([]);
      const queries = spans.filter(({ kind, parentSpanId }) => kind === 'CLIENT' && parentSpanId === server?.spanId);
      const systems = queries.map(({ attributes }) => attributes['db.system.name']);
      expect(systems).toEqual(expect.arrayContaining(expectedSystems()));
    });

    verifies('P1', 'share one state between import, require and a second copy', async () => {
      const child = await runProgram(join(installed().directory, 'one-state.mjs'), {
        cwd: installed().directory,
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
      });
      const { stdout, stderr, code } = await child.exit;

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        requireGivesTheImportedModule: true,
        copyIsAnotherModule: true,
        handleIsShared: true,
      });
    });

    // TypeScript 6 takes seconds for each: the other sets differ in what the frameworks declare, which 7 sees as well.
    const seen = resolutions.filter(({ compiler }) => name === 'pinned' || compiler === 'TypeScript 7');

    it.each(seen)('have declarations that $compiler accepts under $moduleResolution', (resolution) => {
      expect(typeErrors(installed().directory, resolution)).toBe('');
    });

    it('are installed once each, with the asked version of the API', () => {
      expect(installed().versionOf('@opentelemetry/api')).toBe(peers['@opentelemetry/api']);
      expect(installed().versionOf('@otelier/core')).toBe(installed().versionOf('@otelier/express'));
      expect(() => installed().versionOf('@otelier/express/node_modules/@otelier/core')).toThrow('ENOENT');
    });

    verifies('Q6', 'take at most 12 MB with all that they bring', () => {
      const brought = withDependencies('@otelier/express', installed());

      expect(brought).toEqual(expect.arrayContaining(['@otelier/express', '@otelier/core', 'yaml']));
      expect(brought.filter((name) => name.startsWith('@opentelemetry/sdk-'))).toEqual([]);
      const bytes = brought.reduce((sum, name) => sum + bytesBelow(join(installed().directory, 'node_modules', name)), 0);
      expect(bytes / 1e6).toBeLessThanOrEqual(12);
    });
  });
});

/** A package and all that it depends on, without its peers, which the application has. */
function withDependencies(packageName: string, { directory }: ForeignFolder): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (!found.has(name)) {
      found.add(name);
      const manifest = readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8');
      const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
      Object.keys(dependencies).forEach(visit);
    }
  };
  visit(packageName);
  return [...found];
}

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(folder, path)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

const MYSQL_OR_MARIADB: unknown = expect.stringMatching(/^(mysql|mariadb)$/);

/** What `db.system.name` the spans of the queries have, by the databases that this run has. */
function expectedSystems(): readonly unknown[] {
  return [
    ...(missingServer('postgres') === undefined ? ['postgresql'] : []),
    ...(missingServer('mysql') === undefined ? [MYSQL_OR_MARIADB] : []),
  ];
}
