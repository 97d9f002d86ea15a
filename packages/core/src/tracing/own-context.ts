import { createContextKey, ROOT_CONTEXT, type Context, type Span } from '@opentelemetry/api';

// Made by name, so these are the keys of the API, of @opentelemetry/core, and of other copies of this package.
const SPAN = createContextKey('OpenTelemetry Context Key SPAN');
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');
const REQUEST_SCOPE = createContextKey('otelier.request');
const CALLER = createContextKey('otelier.caller');

/** Where a context of this class, of any copy of the package, keeps the values that have no field. */
const REST = Symbol.for('otelier.context.rest.v1');

/** The keys of the values for which a context of core has a field. */
export const FIELD_KEYS = { span: SPAN, rpcMetadata: RPC_METADATA, requestScope: REQUEST_SCOPE, caller: CALLER } as const;

/** What the context of a request has beside the values of its caller. */
export interface RequestValues {
  readonly span: Span;
  readonly requestScope: unknown;
  /** What `getRPCMetadata()` of `@opentelemetry/core` returns. */
  readonly rpcMetadata: unknown;
}

/** Immutable; setting a value that has a field makes one small object, where the API's contexts copy a Map. */
class OwnContext implements Context {
  readonly [REST]: Context;
  private span: unknown;
  private requestScope: unknown;
  private rpcMetadata: unknown;
  private caller: unknown;

  /** @param from - whose fields it has */
  constructor(rest: Context, from?: OwnContext) {
    this[REST] = rest;
    this.span = from?.span;
    this.requestScope = from?.requestScope;
    this.rpcMetadata = from?.rpcMetadata;
    this.caller = from?.caller;
  }

  /** Takes over the values of any other context. */
  static of(within: Context): OwnContext {
    let rest = (within as { readonly [REST]?: Context })[REST] ?? within;
    const lifted = new OwnContext(rest);
    for (const key of Object.values(FIELD_KEYS)) {
      lifted.put(key, within.getValue(key));
      // What is behind a field must not be kept alive by the rest.
      rest = rest.getValue(key) === undefined ? rest : rest.deleteValue(key);
    }
    return new OwnContext(rest, lifted);
  }

  getValue(key: symbol): unknown {
    switch (key) {
      case SPAN:
        return this.span;
      case REQUEST_SCOPE:
        return this.requestScope;
      case RPC_METADATA:
        return this.rpcMetadata;
      case CALLER:
        return this.caller;
      default:
        return this[REST].getValue(key);
    }
  }

  setValue(key: symbol, value: unknown): Context {
    const next = new OwnContext(this[REST], this);
    return next.put(key, value) ? next : new OwnContext(this[REST].setValue(key, value), this);
  }

  deleteValue(key: symbol): Context {
    const next = new OwnContext(this[REST], this);
    return next.put(key, undefined) ? next : new OwnContext(this[REST].deleteValue(key), this);
  }

  withSpan(span: Span): OwnContext {
    const next = new OwnContext(this[REST], this);
    next.span = span;
    return next;
  }

  withRequest({ span, requestScope, rpcMetadata }: RequestValues): OwnContext {
    const next = new OwnContext(this[REST], this);
    next.span = span;
    next.requestScope = requestScope;
    next.rpcMetadata = rpcMetadata;
    return next;
  }

  /** Whether there is a field for a key. */
  private put(key: symbol, value: unknown): boolean {
    switch (key) {
      case SPAN:
        this.span = value;
        return true;
      case REQUEST_SCOPE:
        this.requestScope = value;
        return true;
      case RPC_METADATA:
        this.rpcMetadata = value;
        return true;
      case CALLER:
        this.caller = value;
        return true;
      default:
        return false;
    }
  }
}

const ROOT = new OwnContext(ROOT_CONTEXT);

function own(within: Context): OwnContext {
  // Cheaper than `instanceof`, and of this copy's class alone as well.
  if (within.constructor === OwnContext) {
    return within as OwnContext;
  }
  return within === ROOT_CONTEXT ? ROOT : OwnContext.of(within);
}

/**
 * A context with the same values, to begin with: all that is set on it, also by `trace.setSpan`, `setRPCMetadata` and
 * propagators, makes a context that is as cheap.
 */
export function ownContext(within: Context): Context {
  return own(within);
}

/** Does what `trace.setSpan` does, whatever context it begins with. */
export function contextWithSpan(within: Context, span: Span): Context {
  return own(within).withSpan(span);
}

/** Sets the span, the request scope and the RPC metadata of a request in one step. */
export function contextOfRequest(within: Context, values: RequestValues): Context {
  return own(within).withRequest(values);
}
