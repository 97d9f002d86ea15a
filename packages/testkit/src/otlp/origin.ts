import type { ReceivedOrigin } from './received.js';
import { toAttributes, toText } from './values.js';
import type { WireResource, WireScope } from './wire.js';

interface Holder {
  readonly schemaUrl?: string | null;
}

/** Joins what an owner (resource) and a scope say about the records beneath them. */
export function toOrigin(
  owner: Holder & { readonly resource?: WireResource | null },
  scoped: Holder & { readonly scope?: WireScope | null },
): ReceivedOrigin {
  return {
    resource: toAttributes(owner.resource?.attributes),
    scope: { name: scoped.scope?.name ?? '', version: toText(scoped.scope?.version) },
    schemaUrl: toText(scoped.schemaUrl) ?? toText(owner.schemaUrl),
  };
}
