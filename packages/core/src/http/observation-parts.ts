import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import type { ObservedAnswer } from './observed-answer.js';
import type { ObservedScope } from './observed-scope.js';
import type { RequestMeasurement } from './request-measurement.js';
import type { StartedRequest } from './request-start.js';

/** What an observation is made of. */
export interface ObservationParts extends StartedRequest {
  readonly scope: ObservedScope;
  readonly options: ResolvedRequestOptions;
  readonly measurement: RequestMeasurement;
  /** The first word of the span's name. */
  readonly spanName: string;
  /** What the framework hands to its handlers, and the application's hooks get. */
  readonly framework: { readonly request: object; readonly response: object };
  readonly answer: ObservedAnswer;
  /** Asked when the response has ended, and before that by whoever wants to know the route that is known by now. */
  readonly resolveRoute: (() => string | undefined) | undefined;
}

/** What a framework knows better than whoever saw the request before it. */
export type FrameworkView = Pick<ObservationParts, 'options' | 'framework' | 'resolveRoute'>;
