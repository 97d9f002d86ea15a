import { sharedState } from '../shared-state.js';
import type { ExemplarFilter, ExemplarHolder } from './exemplar.js';

/** The instrumentation scope of an instrument. */
export interface InstrumentScope {
  readonly name: string;
  readonly version?: string | undefined;
}

/** Where the exemplars of one meter provider are: in those of its instruments that keep any. */
export class ExemplarSource {
  private readonly holders = new Map<string, ExemplarHolder>();

  constructor(readonly filter: ExemplarFilter) {}

  /** Adds an instrument. */
  add(scope: InstrumentScope, name: string, holder: ExemplarHolder): void {
    this.holders.set(keyOf(scope, name), holder);
  }

  /** The instrument of that name; `undefined` when it keeps no exemplars. */
  find(scope: InstrumentScope, name: string): ExemplarHolder | undefined {
    return this.holders.get(keyOf(scope, name));
  }
}

function keyOf({ name, version = '' }: InstrumentScope, instrument: string): string {
  return JSON.stringify([name, version, instrument]);
}

function sources(): WeakMap<object, ExemplarSource> {
  return sharedState('metrics.exemplar-sources', () => new WeakMap());
}

/** Ties a source to a meter provider, for the instruments that Otelier makes of it. */
export function tieExemplarSource(meterProvider: object, source: ExemplarSource): void {
  sources().set(meterProvider, source);
}

/** The source of a meter provider; an SDK that the application brings has none. */
export function exemplarSource(meterProvider: object): ExemplarSource | undefined {
  return sources().get(meterProvider);
}
