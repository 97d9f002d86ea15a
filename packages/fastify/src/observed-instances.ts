import { sharedState } from '@otelier/core/adapter';

/** Whether the requests of a Fastify instance are observed already, by its own registration or by that of one above it. */
export function isObservedInstance(instance: object): boolean {
  const observed = observedInstances();
  // Fastify makes each instance with the one around it as its prototype.
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (observed.has(at)) {
      return true;
    }
  }
  return false;
}

/** Remembers that the requests of an instance are observed. */
export function noteObservedInstance(instance: object): void {
  observedInstances().add(instance);
}

function observedInstances(): WeakSet<object> {
  return sharedState('fastify.observed-instances', () => new WeakSet());
}
