import { context, type Attributes, type Context } from '@opentelemetry/api';
import type { BoundedHistogram } from '../metrics/bounded-histogram.js';
import type { Series } from '../metrics/series-table.js';

/** What tells the series of requests apart; the names are those of the conventions. */
export interface MeasuredRequest {
  readonly method: string;
  readonly scheme: string;
  readonly protocolVersion: string | undefined;
  readonly route: string | undefined;
  readonly statusCode: number | undefined;
  readonly errorType: string | undefined;
  /** What the application adds; `undefined` for nothing. The conventions' own attributes win. */
  readonly extra: Attributes | undefined;
}

interface KnownSeries extends Omit<MeasuredRequest, 'route' | 'extra'> {
  readonly series: Series;
}

/** Comparing a few is faster than any table. Real routes answer with a handful of methods and status codes. */
const MAX_KNOWN_PER_ROUTE = 16;

/** Routes can be made of request data, and are bounded by the histogram as well. */
const MAX_KNOWN_ROUTES = 1000;

/** A histogram of requests: the series of a request is found by its parts, without a set of attributes made of them. */
export class RequestHistogram {
  private readonly byRoute = new Map<string | undefined, KnownSeries[]>();

  constructor(private readonly histogram: BoundedHistogram) {}

  /** Records a measurement with any attributes. */
  record(value: number, attributes: Attributes, within: Context = context.active()): void {
    this.histogram.record(value, attributes, within);
  }

  /** Records a measurement of a request. */
  recordRequest(value: number, request: MeasuredRequest, within: Context): void {
    const { histogram } = this;
    if (!histogram.isRead) {
      return;
    }
    const series = request.extra === undefined ? this.seriesOf(request) : histogram.seriesOf(attributesOf(request));
    histogram.recordIn(series, value, within);
  }

  private seriesOf(request: MeasuredRequest): Series {
    const known = this.byRoute.get(request.route);
    if (known !== undefined) {
      for (const candidate of known) {
        if (
          candidate.statusCode === request.statusCode &&
          candidate.method === request.method &&
          candidate.errorType === request.errorType &&
          candidate.scheme === request.scheme &&
          candidate.protocolVersion === request.protocolVersion
        ) {
          return candidate.series;
        }
      }
    }
    return this.look(request, known);
  }

  private look(request: MeasuredRequest, known: KnownSeries[] | undefined): Series {
    const series = this.histogram.seriesOf(attributesOf(request));
    const { method, scheme, protocolVersion, route, statusCode, errorType } = request;
    const entry = { method, scheme, protocolVersion, statusCode, errorType, series };
    // What has no series of its own can come in any number of forms.
    if (series.attributes['http.route'] !== route || series.attributes['error.type'] !== errorType) {
      return series;
    }
    if (known === undefined) {
      if (this.byRoute.size < MAX_KNOWN_ROUTES) {
        this.byRoute.set(route, [entry]);
      }
    } else if (known.length < MAX_KNOWN_PER_ROUTE) {
      known.push(entry);
    }
    return series;
  }
}

function attributesOf(request: MeasuredRequest): Attributes {
  const { method, scheme, protocolVersion, route, statusCode, errorType, extra } = request;
  return {
    ...extra,
    'http.request.method': method,
    'url.scheme': scheme,
    ...(protocolVersion === undefined ? {} : { 'network.protocol.version': protocolVersion }),
    ...(route === undefined ? {} : { 'http.route': route }),
    ...(statusCode === undefined ? {} : { 'http.response.status_code': statusCode }),
    ...(errorType === undefined ? {} : { 'error.type': errorType }),
  };
}
