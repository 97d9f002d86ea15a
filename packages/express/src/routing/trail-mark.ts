import { GivenObject, sharedState } from '@otelier/core/adapter';

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

/** How trails are found; of one copy of the package, for all of them. */
interface TrailMarks {
  read(request: object): RouterTrail | undefined;
  /** Once for each request. */
  write(request: object, trail: RouterTrail): void;
}

/** The trail in a private field of its request. */
class TrailMark extends GivenObject {
  readonly #trail: RouterTrail;

  constructor(request: object, trail: RouterTrail) {
    super(request);
    this.#trail = trail;
  }

  static read(request: object): RouterTrail | undefined {
    return #trail in request ? request.#trail : undefined;
  }
}

let held: TrailMarks | undefined;

/** The marks of this process, which each call of a handler asks for. */
export function trailMarks(): TrailMarks {
  held ??= sharedState<TrailMarks>('express.trail-marks', () => ({
    read: (request) => TrailMark.read(request),
    write: (request, trail) => void new TrailMark(request, trail),
  }));
  return held;
}
