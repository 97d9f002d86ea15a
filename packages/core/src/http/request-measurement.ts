import { performance } from 'node:perf_hooks';
import { ROOT_CONTEXT, type Attributes, type Context, type HrTime } from '@opentelemetry/api';
import type { CountedSeries } from '../metrics/create-up-down-counter.js';
import type { BodySizes } from './body-sizes.js';
import type { MeasuredRequest } from './request-histogram.js';
import type { RequestResult } from './request-result.js';
import { bodySizeInstruments, serverInstruments, type ServerInstruments } from './server-metrics.js';

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
  readonly extra: Attributes | undefined;
  /** Whether the request leaves no span that a measurement could point to. */
  readonly ignored: boolean;
}

/** The metrics of one request: it is active until it is released, and its duration is the span's. */
export class RequestMeasurement implements MeasuredRequest {
  readonly method: string;
  readonly protocolVersion: string | undefined;
  scheme: string;
  route: string | undefined = undefined;
  statusCode: number | undefined = undefined;
  errorType: string | undefined = undefined;
  extra: Attributes | undefined = undefined;
  private durationMillis = 0;
  private readonly context: Context;
  private readonly startMillis: number;
  private readonly startTick: number;
  /** Those of the set-up in which the request came; `undefined` where nothing is measured. */
  private readonly instruments: ServerInstruments | undefined;
  private readonly active: CountedSeries | undefined;
  private readonly bodies: BodySizes | undefined;

  constructor({ context, startMillis, startTick, method, scheme, protocolVersion, silent, bodies }: MeasurementParts) {
    this.method = method;
    this.protocolVersion = protocolVersion;
    this.scheme = scheme;
    this.context = context;
    this.startMillis = startMillis;
    this.startTick = startTick;
    this.bodies = bodies;
    this.instruments = silent ? undefined : serverInstruments();
    this.active = this.instruments?.activeRequests.seriesOf(method, scheme);
    this.active?.add(1, context);
  }

  /** The request is not active any more, and nothing of it is counted. */
  release(): void {
    this.active?.add(-1, this.context);
    this.bodies?.stop();
  }

  /** The time on the clock of the request: later steps of it never seem to come before earlier ones. */
  now(): HrTime {
    return addMillis(this.startMillis, performance.now() - this.startTick);
  }

  /** The framework knows the scheme better; how the request is counted as active stays, so that the count comes to 0. */
  setScheme(scheme: string): void {
    this.scheme = scheme;
  }

  /** Takes the time. */
  stop(): HrTime {
    this.durationMillis = performance.now() - this.startTick;
    return addMillis(this.startMillis, this.durationMillis);
  }

  /** Records the time that {@link stop} took. */
  record({ route, result, extra, ignored }: MeasuredEnd): void {
    const { instruments, bodies } = this;
    if (instruments === undefined) {
      return;
    }
    const context = ignored ? ROOT_CONTEXT : this.context;
    this.route = route;
    this.statusCode = result.statusCode;
    this.errorType = result.errorType;
    this.extra = extra;
    instruments.duration.recordRequest(this.durationMillis / 1000, this, context);
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
