import { guarded } from '../../diagnostics/guarded.js';
import type { OpenRequest } from './open-request.js';
import { responseHeaders } from './request-headers.js';
import type { UndiciRequest, UndiciResponseHeaders, UpgradeListener } from './undici-messages.js';

/** How a request was told of its answer, and the error that this threw. */
interface Upgrade {
  readonly statusCode: number | null;
  readonly headers: unknown;
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Ends a request that asks for an upgrade or a tunnel when that is answered: the channels of most versions do not tell
 * of it, but they all call one method of the request then. Everything else, a refusal for example, the channels tell.
 */
export function watchUpgrade(request: UndiciRequest, known: OpenRequest): void {
  const original = request.onUpgrade;
  const isUpgrade = typeof request.upgrade === 'string' && request.upgrade !== '';
  if ((!isUpgrade && request.method !== 'CONNECT') || typeof original !== 'function') {
    return;
  }
  const end = guarded('ending the span of an upgrade', (upgrade: Upgrade) => endUpgrade(request, known, upgrade));
  const value: UpgradeListener = (statusCode, headers, ...further) => {
    let failure: Upgrade['failure'];
    try {
      return original.call(request, statusCode, headers, ...further);
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      // Behind what the channels tell.
      end({ statusCode, headers, failure });
    }
  };
  Object.defineProperty(request, 'onUpgrade', { value, configurable: true, writable: true, enumerable: false });
}

function endUpgrade(request: UndiciRequest, known: OpenRequest, { statusCode, headers, failure }: Upgrade): void {
  const isAnswerToCome = statusCode === null && typeof request.onUpgradeResponse === 'function';
  if (statusCode !== null && !known.isAnswered) {
    known.request.responded({
      statusCode,
      protocolVersion: known.protocolVersion,
      location: undefined,
      headers: () => responseHeaders({ statusCode, headers: headers as UndiciResponseHeaders }),
    });
  }
  if (!isAnswerToCome || failure !== undefined) {
    known.request.end(failure);
  }
}
