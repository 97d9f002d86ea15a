import { context, createContextKey, type Attributes, type Context } from '@opentelemetry/api';

const SCOPE = createContextKey('otelier.request');

/** What handles a request. */
export interface RequestHandlerNames {
  /** Such as `express`. */
  readonly framework: string;
  /** The class whose method handles the request, in frameworks that have such. */
  readonly controller?: string;
}

/** What all code that works for one request shares, by its context. */
export interface RequestScope {
  /** Whether nothing beneath the request is recorded. */
  ignored: boolean;
  /** Whether {@link RequestScope.ignored} can't change any more. */
  readonly isDecided?: boolean;
  /** What {@link setRequestAttributes} has set; on every span that begins from then on. */
  attributes: Attributes | undefined;
  /** Sets attributes on the request's span; does nothing after the response has ended. */
  setAttributes(attributes: Attributes): void;
  /** What handles the request, where that is known. */
  handler?: RequestHandlerNames;
  /** The template of the route that the request is in, as far as that is known by now. */
  route?(): string | undefined;
}

/** The request for which a context works. */
export function requestScope(within: Context = context.active()): RequestScope | undefined {
  return within.getValue(SCOPE) as RequestScope | undefined;
}

/** A context that works for a request. */
export function withRequestScope(within: Context, scope: RequestScope): Context {
  return within.setValue(SCOPE, scope);
}
