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

/**
 * Ends an operation when the driver settles what it belongs to. The promise itself is not touched: one that nobody
 * handles stays one that nobody handles.
 *
 * @param outcome - reads the outcome from what it is resolved with
 */
export function endWhenSettled(
  settled: Settled,
  operation: DatabaseOperation,
  outcome: (value: unknown) => DatabaseOutcome = () => ({}),
): void {
  const { resolve, reject } = settled;
  const end = guarded('ending a Redis command', (read: () => DatabaseOutcome) => operation.end(read()));
  settled.resolve = function resolveObserved(...args) {
    end(() => outcome(args[0]));
    return resolve.apply(this, args);
  };
  settled.reject = function rejectObserved(...args) {
    end(() => ({ failure: redisFailure(args[0]) }));
    return reject.apply(this, args);
  };
}
