import { types } from 'node:util';
import type { Attributes } from '@opentelemetry/api';
import type { hrTime } from '@opentelemetry/core';
import { reportInternalError } from '../diagnostics/report.js';

/** A moment, as the SDK counts time. */
export type Time = ReturnType<typeof hrTime>;

/** What the SDK holds of the observable instruments of one meter; its own types keep it private. */
export interface ObservableRegistry {
  readonly _callbacks: readonly { readonly callback: Callback; readonly instrument: Instrument }[];
  readonly _batchCallbacks: readonly { readonly callback: Callback; readonly instruments: ReadonlySet<Instrument> }[];
}

type Callback = (result: { observe(...observation: unknown[]): void }) => unknown;

interface Instrument {
  readonly _metricStorages: readonly { record(values: Values, time: Time): void }[];
}

/** The part of the SDK's table of values that its storages read. */
class Values {
  private readonly values = new Map<string, readonly [Attributes, number]>();

  set(value: unknown, attributes: Attributes = {}): void {
    if (typeof value === 'number') {
      this.values.set(JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))), [attributes, value]);
    }
  }

  entries(): readonly (readonly [Attributes, number])[] {
    return [...this.values.values()];
  }
}

/**
 * Asks the observable instruments of a meter for their values without a promise: where callbacks return one, nobody is
 * left to wait for it. Never throws.
 */
export function observeNow({ _callbacks, _batchCallbacks }: ObservableRegistry, time: Time): void {
  for (const { callback, instrument } of _callbacks) {
    const values = new Values();
    const observe = (value: unknown, attributes?: unknown): void => values.set(value, attributes as Attributes);
    if (call(callback, { observe })) {
      record(instrument, values, time);
    }
  }
  for (const { callback, instruments } of _batchCallbacks) {
    const byInstrument = new Map([...instruments].map((instrument) => [instrument, new Values()]));
    const observe = (instrument: unknown, value: unknown, attributes?: unknown): void =>
      byInstrument.get(instrument as Instrument)?.set(value, attributes as Attributes);
    if (call(callback, { observe })) {
      byInstrument.forEach((values, instrument) => record(instrument, values, time));
    }
  }
}

/** @returns whether the callback has done its work */
function call(callback: Callback, result: Parameters<Callback>[0]): boolean {
  try {
    const returned = callback(result);
    if (!types.isPromise(returned)) {
      return true;
    }
    returned.catch(() => {});
  } catch (error) {
    reportInternalError('an observable instrument', error);
  }
  return false;
}

function record({ _metricStorages }: Instrument, values: Values, time: Time): void {
  _metricStorages.forEach((storage) => storage.record(values, time));
}
