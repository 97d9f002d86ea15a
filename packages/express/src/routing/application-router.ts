/** A router, as far as it is read. */
export interface Router {
  stack: readonly object[];
}

/** A router itself, or the one of an application of version 4 or 5; `undefined` for anything else. */
export function routerOf(value: unknown): Router | undefined {
  const holder = value as { readonly stack?: unknown; readonly _router?: unknown } | null | undefined;
  if (holder?.stack !== undefined) {
    return asRouter(holder);
  }
  return asRouter(holder?._router) ?? asRouter(modernRouter(value));
}

function asRouter(value: unknown): Router | undefined {
  return Array.isArray((value as Partial<Router> | null | undefined)?.stack) ? (value as Router) : undefined;
}

/** Version 4 throws when an application's `router` is read. */
function modernRouter(value: unknown): unknown {
  try {
    return (value as { readonly router?: unknown } | null | undefined)?.router;
  } catch {
    return undefined;
  }
}
