import type { Attributes } from '@opentelemetry/api';
import type { ResolvedDestination } from './resolved-options.js';

const NAME = 'deployment.environment.name';
/** What the attribute was called before semantic conventions 1.27. */
const OLD_NAME = 'deployment.environment';

/**
 * The resource with the environment also under its older name, where a destination looks for it there.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/deployment-environment/
 */
export function withOldEnvironment(resource: Attributes, destinations: readonly ResolvedDestination[]): Attributes {
  const environment = resource[NAME];
  const isWanted = environment !== undefined && resource[OLD_NAME] === undefined;
  return isWanted && destinations.some(({ oldEnvironment }) => oldEnvironment) ? { ...resource, [OLD_NAME]: environment } : resource;
}
