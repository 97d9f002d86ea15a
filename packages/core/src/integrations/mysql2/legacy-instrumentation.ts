import {
  InstrumentationNodeModuleFile,
  isWrapped,
  type InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { bindCallers, unbindCallers } from '../../database/caller-context.js';
import type { DatabaseFailure } from '../../database/database-call.js';
import { createInstrumentationTracer } from '../../database/instrumentation-tracer.js';
import type { RunningIntegration, Undo } from '../integration.js';
import { publishesQueries } from './channel-probe.js';
import { patchLoadedModules } from '../loading/loaded-modules.js';
import { decideByVersion, isSupported, versionWithin } from '../loading/supported-versions.js';

const DRIVER = { name: 'mysql2', from: '1.4.2', below: '4.0.0' };
/** From here on the driver publishes its queries itself. */
const FIRST_WITH_CHANNELS = '3.20.0';

const CONNECTION_FILE = 'lib/connection.js';
const POOL_FILE = 'lib/pool.js';

/**
 * instrumentation-mysql2, for the versions of the driver that have no channels, with callers that are answered in their
 * own context.
 */
class LegacyMysql2Instrumentation extends MySQL2Instrumentation {
  protected override init(): InstrumentationNodeModuleDefinition[] {
    const definitions = super.init() as InstrumentationNodeModuleDefinition[];
    for (const definition of definitions) {
      definition.files.filter(({ name }) => isFile(name, CONNECTION_FILE)).forEach(bindConnectionCallers);
      definition.files.push(createPoolFile());
      // A copy without a version is one that has been decided on already.
      decideByVersion(definition, (version) => version === undefined || needsPatch(version));
    }
    return definitions;
  }

  /** What is to be done to one file of the driver. */
  fileOf(file: string): InstrumentationNodeModuleFile | undefined {
    const [definition] = this.getModuleDefinitions() as InstrumentationNodeModuleDefinition[];
    return definition?.files.find(({ name }) => isFile(name, file));
  }
}

function isFile(name: string, file: string): boolean {
  return name.replaceAll('\\', '/') === `mysql2/${file}`;
}

/** Beneath the package's own wrappers, and taken off after them. */
function bindConnectionCallers(file: InstrumentationNodeModuleFile): void {
  const { patch: wrap, unpatch: unwrap } = file;
  file.patch = (connectionClass: unknown, version) => {
    bindCallers(queryPrototype(connectionClass), ['query', 'execute']);
    return wrap(connectionClass, version) as unknown;
  };
  file.unpatch = (connectionClass: unknown, version) => {
    const prototype = queryPrototype(connectionClass);
    if (isWrapped((prototype as { readonly query: unknown }).query)) {
      unwrap(connectionClass, version);
    }
    unbindCallers(prototype);
  };
}

function createPoolFile(): InstrumentationNodeModuleFile {
  return new InstrumentationNodeModuleFile(
    `mysql2/${POOL_FILE}`,
    ['*'],
    (poolClass: unknown) => {
      bindCallers(queryPrototype(poolClass), ['getConnection', 'query', 'execute']);
      return poolClass;
    },
    (poolClass: unknown) => unbindCallers(queryPrototype(poolClass)),
  );
}

/** The prototype that owns the methods: newer versions keep them in a base class. */
function queryPrototype(driverClass: unknown): object {
  const { prototype } = driverClass as { readonly prototype: object };
  return Object.hasOwn(prototype, 'query') ? prototype : (Object.getPrototypeOf(prototype) as object);
}

/** Observes the copies of old versions that are loaded, and those that will be. */
export function startLegacyMysql2(options: ResolvedDatabaseOptions): RunningIntegration {
  const instrumentation = createInstrumentation(options);
  instrumentation.enable();
  const patchings = [CONNECTION_FILE, POOL_FILE].map((file) =>
    patchLoadedModules({
      packageName: 'mysql2',
      file,
      patch: ({ exports, version }) => (needsPatch(version) ? patch(instrumentation, file, exports) : () => {}),
    }),
  );
  return {
    scan: () => patchings.forEach(({ scan }) => scan()),
    stop: () => {
      instrumentation.disable();
      patchings.forEach(({ stop }) => stop());
    },
  };
}

function needsPatch(version: string | undefined): boolean {
  return (
    isSupported(DRIVER, version) &&
    version !== undefined &&
    versionWithin(version, DRIVER.from, FIRST_WITH_CHANNELS)
  );
}

/** Observes one copy that is handed over, unless it publishes its queries itself. */
export function attachLegacyMysql2(mysql2: Record<string, unknown>, options: ResolvedDatabaseOptions): Undo {
  const { Connection, Pool } = mysql2;
  if (publishesQueries(Connection)) {
    return () => {};
  }
  const instrumentation = createInstrumentation(options);
  const undos = [
    patch(instrumentation, CONNECTION_FILE, Connection),
    ...(typeof Pool === 'function' ? [patch(instrumentation, POOL_FILE, Pool)] : []),
  ];
  return () => undos.forEach((undo) => undo());
}

function createInstrumentation(options: ResolvedDatabaseOptions): LegacyMysql2Instrumentation {
  const instrumentation = new LegacyMysql2Instrumentation({ enabled: false });
  instrumentation.setTracerProvider(createInstrumentationTracer({ dialect: 'mysql', failure }, options));
  return instrumentation;
}

/** Applies what is to be done to one file of one copy, and keeps what takes it off again. */
function patch(instrumentation: LegacyMysql2Instrumentation, name: string, driverClass: unknown): Undo {
  const file = instrumentation.fileOf(name);
  file?.patch(driverClass);
  return () => {
    file?.unpatch(driverClass);
  };
}

/** The package tells nothing of a failure but its message, which can hold values: the conventions' fallback. */
function failure(): DatabaseFailure {
  return { statusCode: undefined, type: '_OTHER' };
}
