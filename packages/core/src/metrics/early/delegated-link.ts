import type { Attributes, Context, Meter, MeterProvider } from '@opentelemetry/api';

/** Something that observes by callbacks, and so has to know when a provider comes and goes. */
export interface Attachable {
  /** The name of its instrumentation scope. */
  readonly scopeName: string;
  /** Begins to observe for a provider. */
  attach(provider: MeterProvider): void;
  /** Stops observing for the provider that it was attached to. */
  release(): void;
}

/** A measurement that came before any provider. */
export interface EarlyMeasurement {
  readonly value: number;
  readonly attributes: Attributes;
  /** Hands it to the instrument that there is by now. */
  readonly replay: (value: number, attributes: Attributes) => void;
}

/** What delegating meters and instruments know of the provider behind them. */
export interface DelegationLink {
  /** Where measurements go; `undefined` before a set-up and after its end. */
  readonly target: MeterProvider | undefined;
  /** Keeps a measurement for the first provider, as long as there is room and none has come. Never throws. */
  remember(measurement: EarlyMeasurement): void;
  /**
   * Has something attached to the provider that is there, and to those that come.
   *
   * @returns whether there was room for it
   */
  add(attachable: Attachable): boolean;
  /** Releases and forgets it. */
  remove(attachable: Attachable): void;
}

/** The scope of a meter, as `getMeter()` was given it. */
export interface MeterScope {
  readonly name: string;
  readonly meterOf: (provider: MeterProvider) => Meter;
}

/** Something that each provider has its own of: made when it is asked for, once as long as the provider stays. */
export class PerTarget<T> {
  private made: { readonly target: MeterProvider; readonly value: T } | undefined;

  constructor(private readonly create: (target: MeterProvider) => T) {}

  of(target: MeterProvider): T {
    if (this.made?.target !== target) {
      this.made = { target, value: this.create(target) };
    }
    return this.made.value;
  }
}

/** A method of a synchronous instrument: `add` or `record`. */
export type Measure = (value: number, attributes?: Attributes, context?: Context) => void;
