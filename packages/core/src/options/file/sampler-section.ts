import { FileSection } from './file-section.js';
import { SHARE } from './file-values.js';
import { variables, type VariableSettings } from './settings.js';

const SAMPLERS = ['always_on', 'always_off', 'trace_id_ratio_based', 'parent_based'] as const;
const UNSUPPORTED = ['composite/development', 'jaeger_remote/development', 'jaeger_remote', 'probability/development'];

/** What follows the parent unless the file says so otherwise; Otelier has nothing else for these. */
const FOLLOWING_PARENT = {
  remote_parent_sampled: 'always_on',
  remote_parent_not_sampled: 'always_off',
  local_parent_sampled: 'always_on',
  local_parent_not_sampled: 'always_off',
} as const;

interface Sampler {
  readonly name: string;
  readonly ratio?: number | undefined;
}

/** Reads the sampler of `tracer_provider`; what is left out follows the parent, with every root recorded. */
export function readSampler(provider: FileSection): VariableSettings {
  const sampler = provider.section('sampler');
  const read = sampler === undefined ? undefined : readOne(sampler, true);
  return variables({ OTEL_TRACES_SAMPLER: read?.name, OTEL_TRACES_SAMPLER_ARG: read?.ratio });
}

function readOne(given: FileSection, mayFollowParent: boolean): Sampler | undefined {
  const allowed = mayFollowParent ? SAMPLERS : SAMPLERS.filter((name) => name !== 'parent_based');
  const chosen = given.choice(allowed, UNSUPPORTED);
  if (chosen === undefined) {
    return undefined;
  }
  return FileSection.read(chosen.section, (section) => {
    switch (chosen.name) {
      case 'parent_based':
        return readParentBased(section);
      case 'trace_id_ratio_based':
        return { name: 'traceidratio', ratio: section.value('ratio', SHARE) };
      default:
        return { name: chosen.name };
    }
  });
}

function readParentBased(section: FileSection): Sampler {
  const root = section.section('root');
  const read = root === undefined ? undefined : readOne(root, false);
  for (const [key, usual] of Object.entries(FOLLOWING_PARENT)) {
    section.section(key)?.choice([usual], [...SAMPLERS, ...UNSUPPORTED].filter((name) => name !== usual));
  }
  return { name: `parentbased_${read?.name ?? 'always_on'}`, ratio: read?.ratio };
}
