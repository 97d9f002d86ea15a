import { ROOT_CONTEXT, type Attributes, type Context, type Meter, type MeterProvider } from '@opentelemetry/api';
import { PerTarget, type DelegationLink, type Measure, type MeterScope } from './delegated-link.js';

/** What a synchronous instrument is made of. */
export interface InstrumentParts {
  readonly link: DelegationLink;
  readonly scope: MeterScope;
  /** Makes the instrument and gives its measuring method. */
  readonly create: (meter: Meter) => Measure;
}

/** A counter, up-down counter, histogram or gauge that hands its measurements to the provider that is there. */
export class DelegatedInstrument {
  private readonly link: DelegationLink;
  private readonly measures: PerTarget<Measure>;

  constructor({ link, scope, create }: InstrumentParts) {
    this.link = link;
    this.measures = new PerTarget((target: MeterProvider) => create(scope.meterOf(target)));
  }

  /** Of a counter. */
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  /** Of a histogram or gauge. */
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  private measure(value: number, attributes?: Attributes, context?: Context): void {
    const { target } = this.link;
    if (target !== undefined) {
      this.measures.of(target)(value, attributes, context);
      return;
    }
    this.link.remember({
      value,
      attributes: attributes ?? {},
      // The context of then is over: a measurement of it is an example of nothing that was recorded.
      replay: (kept, copied) => this.measure(kept, copied, ROOT_CONTEXT),
    });
  }
}
