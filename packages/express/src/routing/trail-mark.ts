import { objectNotes, sharedState, type ObjectNotes } from '@otelier/core/adapter';

/** A place that a request has come to: what of its path is matched so far, and the template that matched it. */
export interface TrailPlace {
  readonly baseUrl: string;
  readonly template: string;
}

/** The way of one request through the routers. */
export interface RouterTrail {
  /** Where each router stands that the request has entered, by the router's own `next`. */
  readonly routers: { readonly next: unknown; readonly place: TrailPlace }[];
  /** Where the last handler stands: what it calls stands below it. */
  place: TrailPlace;
  /** The template of the route that the request is in. */
  route: string | undefined;
  /** Whether a handler has thrown an error or passed one on, and no error handler has gone on from it. */
  failed: boolean;
}

type Trails = ObjectNotes<object, RouterTrail>;

let held: Trails | undefined;

/** The trails of the requests of this process, which each call of a handler asks for. */
export function trails(): Trails {
  held ??= sharedState<Trails>('express.trails', () => objectNotes<object, RouterTrail>());
  return held;
}
