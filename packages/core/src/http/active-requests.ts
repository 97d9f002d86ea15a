import type { CountedSeries, SeriesCounter } from '../metrics/create-up-down-counter.js';

/** Schemes can come from outside, where a proxy is trusted. */
const MAX_KNOWN = 100;

/** Counts the requests that are active, by method and scheme. */
export class ActiveRequests {
  private readonly byMethod = new Map<string, Map<string, CountedSeries>>();
  private room = MAX_KNOWN;

  constructor(private readonly counter: SeriesCounter) {}

  /** Where requests with that method and scheme are counted. */
  seriesOf(method: string, scheme: string): CountedSeries {
    return this.byMethod.get(method)?.get(scheme) ?? this.look(method, scheme);
  }

  private look(method: string, scheme: string): CountedSeries {
    const series = this.counter.seriesOf({ 'http.request.method': method, 'url.scheme': scheme });
    if (this.room > 0) {
      this.room -= 1;
      const byScheme = this.byMethod.get(method) ?? new Map<string, CountedSeries>();
      this.byMethod.set(method, byScheme.set(scheme, series));
    }
    return series;
  }
}
