import { isWrapped, type InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import { reportProblem } from '../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import type { DatabaseFailure } from './database-operation.js';
import { createInstrumentationTracer } from './instrumentation-tracer.js';
import type { RunningIntegration, Undo } from './integration.js';
import { publishesQueries } from './mysql2-probe.js';
import { patchLoadedModules, versionWithin } from './loaded-modules.js';

const OLDEST = '1.4.2';
/** From here on the driver publishes its queries itself. */
const FIRST_WITH_CHANNELS = '3.20.0';
const NEXT_MAJOR = '4.0.0';

/** instrumentation-mysql2, for the versions of the driver that have no channels. */
class LegacyMysql2Instrumentation extends MySQL2Instrumentation {
  protected override init(): InstrumentationNodeModuleDefinition[] {
    const versions = [`>=${OLDEST} <${FIRST_WITH_CHANNELS}`];
    const definitions = super.init() as InstrumentationNodeModuleDefinition[];
    for (const definition of definitions) {
      definition.supportedVersions = versions;
      definition.files.forEach((file) => (file.supportedVersions = versions));
    }
    return definitions;
  }
}

/** Observes the copies of old versions that are loaded, and those that will be. */
export function startLegacyMysql2(options: ResolvedDatabaseOptions): RunningIntegration {
  const instrumentation = createInstrumentation(options);
  instrumentation.enable();
  const { scan, stop } = patchLoadedModules({
    packageName: 'mysql2',
    file: 'lib/connection.js',
    patch: ({ exports, version }) => (needsPatch(version) ? patch(instrumentation, exports) : () => {}),
  });
  return {
    scan,
    stop: () => {
      instrumentation.disable();
      stop();
    },
  };
}

function needsPatch(version: string | undefined): boolean {
  if (!versionWithin(version, OLDEST, NEXT_MAJOR)) {
    reportProblem(
      'OTELIER_DRIVER_UNSUPPORTED',
      `mysql2 ${version} is loaded; supported are >=${OLDEST} <${NEXT_MAJOR}.`,
    );
    return false;
  }
  return version !== undefined && versionWithin(version, OLDEST, FIRST_WITH_CHANNELS);
}

/** Observes one copy that is handed over, unless it publishes its queries itself. */
export function attachLegacyMysql2(mysql2: Record<string, unknown>, options: ResolvedDatabaseOptions): Undo {
  const { Connection } = mysql2;
  return publishesQueries(Connection) ? () => {} : patch(createInstrumentation(options), Connection);
}

function createInstrumentation(options: ResolvedDatabaseOptions): LegacyMysql2Instrumentation {
  const instrumentation = new LegacyMysql2Instrumentation({ enabled: false });
  instrumentation.setTracerProvider(createInstrumentationTracer({ system: 'mysql', failure }, options));
  return instrumentation;
}

/** Applies the package's patch to one copy's connections, and keeps what takes it off again. */
function patch(instrumentation: LegacyMysql2Instrumentation, connectionClass: unknown): Undo {
  const [definition] = instrumentation.getModuleDefinitions() as InstrumentationNodeModuleDefinition[];
  const file = definition?.files.find(({ name }) => name.endsWith('connection.js'));
  file?.patch(connectionClass);
  return () => {
    if (isWrapped((connectionClass as { prototype: { query: unknown } }).prototype.query)) {
      file?.unpatch(connectionClass);
    }
  };
}

/** The package tells nothing of a failure but its message, which can hold values: the conventions' fallback. */
function failure(): DatabaseFailure {
  return { statusCode: undefined, type: '_OTHER' };
}
