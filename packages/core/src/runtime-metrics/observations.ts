import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';

/** Tells a value of one of several observables. */
export type Observe = (observable: Observable, value: number, attributes?: Attributes) => void;

/**
 * Observes several instruments in one go, whenever they are collected. What throws is told, and that collection goes
 * without.
 *
 * @returns the undo
 */
export function observeTogether(
  meter: Meter,
  observables: Observable[],
  tell: (observe: Observe) => void,
): () => void {
  const callback: BatchObservableCallback = (result) => {
    try {
      tell((observable, value, attributes) => {
        if (Number.isFinite(value)) {
          result.observe(observable, value, attributes);
        }
      });
    } catch (error) {
      reportInternalError('reading the runtime', error);
    }
  };
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}
