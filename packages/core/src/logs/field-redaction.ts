import { createPropertyRedaction, type PropertyRedaction } from '../redaction/property-redaction.js';
import { isSensitiveHeader } from '../redaction/sensitive-names.js';
import { sharedState } from '../shared-state.js';

const MAX_KEY = 256;
const MAX_KNOWN_PATHS = 1000;

/** The rules for a field are looked up once; how many different fields there are is up to the application. */
export function redactionOf(path: readonly string[]): PropertyRedaction {
  const redactions = sharedState('logs.redactions', () => new Map<string, PropertyRedaction>());
  const key = path.join('.');
  const known = redactions.get(key);
  if (known !== undefined) {
    return known;
  }
  const redaction = createPropertyRedaction(path);
  if (redactions.size < MAX_KNOWN_PATHS && key.length <= MAX_KEY) {
    redactions.set(key, redaction);
  }
  return redaction;
}

/** Whether what stands under a name is never shown. */
export function isSecretName(name: string): boolean {
  return redactionOf([name]).isSecret;
}

/** Whether a text holds a part of such a name at all: the cheap test before all others. */
export function mayNameSecret(text: string): boolean {
  return isSensitiveHeader(text) || /raw(?:headers|trailers)/i.test(text);
}
