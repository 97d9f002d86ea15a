import type { Attributes } from '@opentelemetry/api';
import type { RequestHandlerNames, RequestScope } from '../tracing/request-scope.js';

/** What the observation of a request does for those that work for the request. */
export interface ScopeOwner {
  setAttributes(attributes: Attributes): void;
  /** The template of the route that the request is in, as far as that is known by now. */
  readonly knownRoute: string | undefined;
}

/** The scope of an observed request: once closed, it keeps nothing of the request alive but its route. */
export class ObservedScope implements RequestScope {
  ignored = false;
  isDecided = false;
  attributes: Attributes | undefined = undefined;
  handler: RequestHandlerNames;
  private owner: ScopeOwner | undefined = undefined;
  private lastRoute: string | undefined = undefined;

  /** @param adapter - the name of the adapter's package */
  constructor(adapter: string) {
    this.handler = handlerOf(adapter);
  }

  open(owner: ScopeOwner): void {
    this.owner = owner;
  }

  close(route: string | undefined): void {
    this.owner = undefined;
    this.lastRoute = route;
  }

  setAttributes(attributes: Attributes): void {
    this.owner?.setAttributes(attributes);
  }

  route(): string | undefined {
    return this.owner === undefined ? this.lastRoute : this.owner.knownRoute;
  }
}

let last: { readonly adapter: string; readonly handler: RequestHandlerNames } | undefined;

/** Most programs have one adapter. */
function handlerOf(adapter: string): RequestHandlerNames {
  if (last?.adapter !== adapter) {
    last = { adapter, handler: Object.freeze({ framework: adapter.slice(adapter.lastIndexOf('/') + 1) }) };
  }
  return last.handler;
}
