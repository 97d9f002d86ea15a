import type { BatchObservableCallback, Meter, MeterProvider, Observable, ObservableCallback } from '@opentelemetry/api';
import { PerTarget, type Attachable, type DelegationLink, type MeterScope } from './delegated-link.js';

/** What an observable instrument is made of. */
export interface ObservableParts {
  readonly link: DelegationLink;
  readonly scope: MeterScope;
  readonly create: (meter: Meter) => Observable;
}

/** An observable instrument whose callbacks go from one provider to the next. */
export class DelegatedObservable implements Observable, Attachable {
  private readonly callbacks = new Set<ObservableCallback>();
  private readonly observables: PerTarget<Observable>;
  private attached: Observable | undefined;

  constructor(private readonly parts: ObservableParts) {
    this.observables = new PerTarget((target) => parts.create(parts.scope.meterOf(target)));
  }

  get scopeName(): string {
    return this.parts.scope.name;
  }

  /** The instrument of a provider. */
  of(provider: MeterProvider): Observable {
    return this.observables.of(provider);
  }

  addCallback(callback: ObservableCallback): void {
    this.callbacks.add(callback);
    if (this.callbacks.size === 1) {
      this.parts.link.add(this);
    }
    this.attached?.addCallback(callback);
  }

  removeCallback(callback: ObservableCallback): void {
    this.attached?.removeCallback(callback);
    if (this.callbacks.delete(callback) && this.callbacks.size === 0) {
      this.parts.link.remove(this);
    }
  }

  attach(provider: MeterProvider): void {
    const observable = this.of(provider);
    this.attached = observable;
    this.callbacks.forEach((callback) => observable.addCallback(callback));
  }

  release(): void {
    const { attached } = this;
    this.attached = undefined;
    this.callbacks.forEach((callback) => attached?.removeCallback(callback));
  }
}

/** A callback for several observables of one meter, which can be instruments of delegating meters. */
export class DelegatedBatch implements Attachable {
  private undo: (() => void) | undefined;

  constructor(
    private readonly scope: MeterScope,
    readonly callback: BatchObservableCallback,
    readonly observables: readonly Observable[],
  ) {}

  get scopeName(): string {
    return this.scope.name;
  }

  /** Whether it was added with these, in any order. */
  isOf(callback: BatchObservableCallback, observables: readonly Observable[]): boolean {
    return (
      this.callback === callback &&
      this.observables.length === observables.length &&
      observables.every((observable) => this.observables.includes(observable))
    );
  }

  attach(provider: MeterProvider): void {
    const meter = this.scope.meterOf(provider);
    const own = (observable: Observable): Observable =>
      observable instanceof DelegatedObservable ? observable.of(provider) : observable;
    const callback: BatchObservableCallback = (result) =>
      this.callback({ observe: (observable, value, attributes) => result.observe(own(observable), value, attributes) });
    const observables = this.observables.map(own);
    meter.addBatchObservableCallback(callback, observables);
    this.undo = () => meter.removeBatchObservableCallback(callback, observables);
  }

  release(): void {
    this.undo?.();
    this.undo = undefined;
  }
}
