import type { DatabaseOutcome } from '../../database/database-call.js';
import type { DatabaseOperation } from '../../database/database-operation.js';
import { guarded } from '../../diagnostics/guarded.js';
import type { Method } from '../loading/wrapped-methods.js';
import { redisFailure } from '../redis/redis-failure.js';

/** What the driver settles by methods of its own. */
interface Settled {
  resolve: Method;
  reject: Method;
}

/** Who is told how something was settled. */
interface SettlementListener {
  readonly resolved: (value: unknown) => void;
  readonly rejected: (error: unknown) => void;
}

/**
 * Tells when the driver settles something. The promise itself is not touched: one that nobody handles stays one that
 * nobody handles.
 */
export function whenSettled(settled: Settled, listener: SettlementListener): void {
  const { resolve, reject } = settled;
  const resolved = guarded('ending a Redis command', listener.resolved);
  const rejected = guarded('ending a Redis command', listener.rejected);
  settled.resolve = function resolveObserved(...args) {
    resolved(args[0]);
    return resolve.apply(this, args);
  };
  settled.reject = function rejectObserved(...args) {
    rejected(args[0]);
    return reject.apply(this, args);
  };
}

/**
 * Ends an operation when the driver settles what it belongs to.
 *
 * @param outcome - reads the outcome from what it is resolved with
 */
export function endWhenSettled(
  settled: Settled,
  operation: DatabaseOperation,
  outcome: (value: unknown) => DatabaseOutcome = () => ({}),
): void {
  whenSettled(settled, {
    resolved: (value) => operation.end(outcome(value)),
    rejected: (error) => operation.end({ failure: redisFailure(error) }),
  });
}
