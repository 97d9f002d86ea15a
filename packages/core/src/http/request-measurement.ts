import { ROOT_CONTEXT, type Attributes, type Context, type HrTime } from '@opentelemetry/api';
import type { CountedSeries } from '../metrics/create-up-down-counter.js';
import type { BodySizes } from './body-sizes.js';
import type { MeasuredRequest } from './request-histogram.js';
import type { RequestResult } from './request-result.js';
import { bodySizeInstruments, serverInstruments } from './server-metrics.js';

/** How a request is measured. */
export interface MeasurementParts {
  readonly context: Context;
  readonly startMillis: number;
  /** The same moment on the monotonic clock, in milliseconds. */
  readonly startTick: number;
  readonly method: string;
  readonly scheme: string;
  readonly protocolVersion: string | undefined;
  /** Whether nothing is recorded: somebody else measures the request, or nobody wants it measured. */
  readonly silent: boolean;
  /** The bytes of the bodies, where they are measured. */
  readonly bodies: BodySizes | undefined;
}

/** What is known for the metrics when a request has ended. */
export interface MeasuredEnd {
  readonly route: string | undefined;
  readonly result: RequestResult;
  /** What the application adds; the conventions' own attributes win. */
  readonly extra: Attributes;
  /** Whether the request leaves no span that a measurement could point to. */
  readonly ignored: boolean;
}

/** The metrics of one request: it is active until it is released, and its duration is the span's. */
export class RequestMeasurement implements MeasuredRequest {
  scheme: string;
  route: string | undefined;
  statusCode: number | undefined;
  errorType: string | undefined;
  extra: Attributes | undefined;
  private durationMillis = 0;
  private readonly active: CountedSeries | undefined;

  constructor(private readonly parts: MeasurementParts) {
    const { method, scheme, context, silent } = parts;
    this.scheme = scheme;
    if (!silent) {
      this.active = serverInstruments().activeRequests.seriesOf(method, scheme);
      this.active.add(1, context);
    }
  }

  get method(): string {
    return this.parts.method;
  }

  get protocolVersion(): string | undefined {
    return this.parts.protocolVersion;
  }

  /** The request is not active any more, and nothing of it is counted. */
  release(): void {
    this.active?.add(-1, this.parts.context);
    this.parts.bodies?.stop();
  }

  /** The time on the clock of the request: later steps of it never seem to come before earlier ones. */
  now(): HrTime {
    return addMillis(this.parts.startMillis, performance.now() - this.parts.startTick);
  }

  /** The framework knows the scheme better; how the request is counted as active stays, so that the count comes to 0. */
  setScheme(scheme: string): void {
    this.scheme = scheme;
  }

  /** Takes the time. */
  stop(): HrTime {
    this.durationMillis = performance.now() - this.parts.startTick;
    return addMillis(this.parts.startMillis, this.durationMillis);
  }

  /** Records the time that {@link stop} took. */
  record({ route, result, extra, ignored }: MeasuredEnd): void {
    const { silent, bodies } = this.parts;
    if (silent) {
      return;
    }
    const context = ignored ? ROOT_CONTEXT : this.parts.context;
    this.route = route;
    this.statusCode = result.statusCode;
    this.errorType = result.errorType;
    this.extra = Object.keys(extra).length === 0 ? undefined : extra;
    serverInstruments().duration.recordRequest(this.durationMillis / 1000, this, context);
    if (bodies !== undefined) {
      const { request, response } = bodySizeInstruments();
      request.recordRequest(bodies.request(), this, context);
      response.recordRequest(bodies.response(), this, context);
    }
  }
}

function addMillis(startMillis: number, durationMillis: number): HrTime {
  const wholeMillis = Math.floor(durationMillis);
  const endMillis = startMillis + wholeMillis;
  const nanos = (endMillis % 1000) * 1e6 + Math.round((durationMillis - wholeMillis) * 1e6);
  const seconds = Math.floor(endMillis / 1000);
  return nanos >= 1e9 ? [seconds + 1, nanos - 1e9] : [seconds, nanos];
}
