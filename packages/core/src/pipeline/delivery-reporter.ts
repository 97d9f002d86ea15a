import { types } from 'node:util';
import { rearmProblem, reportProblem } from '../diagnostics/report.js';
import { adviceFor } from './delivery-advice.js';

/** Tells of a destination's failures once per cause, and once when it works again. */
export class DeliveryReporter {
  private failingCauses = new Set<string>();
  private hasWorked = false;
  /** What went wrong last; `undefined` while the destination works. */
  lastError: string | undefined;

  /** @param refusalAdvice - what is told beside a refusal of the key, as a part of a sentence */
  constructor(
    private readonly destination: string,
    private readonly address: string,
    private readonly refusalAdvice?: string,
  ) {}

  failed(error: unknown): void {
    const cause = describeCause(error);
    this.lastError = cause;
    this.failingCauses.add(cause);
    reportProblem(
      'OTELIER_EXPORT_FAILED',
      `${this.destination} (${this.address}) did not take telemetry: ${cause}${this.adviceFor(cause, error)}.`,
      `${this.address} ${cause}`,
    );
  }

  /**
   * The destination can't be reached and will be tried again. One that has never worked is told of at once, for it is
   * probably the wrong one; one that has gets its retries first.
   */
  unreachable(error: unknown): void {
    if (!this.hasWorked) {
      this.failed(error);
    }
  }

  succeeded(): void {
    this.hasWorked = true;
    if (this.failingCauses.size === 0) {
      return;
    }
    for (const cause of this.failingCauses) {
      rearmProblem('OTELIER_EXPORT_FAILED', `${this.address} ${cause}`);
    }
    this.failingCauses = new Set();
    this.lastError = undefined;
    rearmProblem('OTELIER_EXPORT_RECOVERED', this.address);
    reportProblem(
      'OTELIER_EXPORT_RECOVERED',
      `${this.destination} (${this.address}) takes telemetry again.`,
      this.address,
    );
  }

  private adviceFor(cause: string, error: unknown): string {
    const message = types.isNativeError(error) ? error.message : '';
    const refusalAdvice = REFUSALS.includes(cause) ? this.refusalAdvice : undefined;
    const advice = refusalAdvice ?? adviceFor({ address: this.address, cause, message });
    return advice === undefined ? '' : ` (${advice})`;
  }
}

const REFUSALS = ['HTTP status 401', 'HTTP status 403', 'gRPC status UNAUTHENTICATED', 'gRPC status PERMISSION_DENIED'];

/** The kind of failure: a status code or a system error code where there is one, so that one cause is told once. */
function describeCause(error: unknown): string {
  if (!types.isNativeError(error)) {
    return 'unknown error';
  }
  const { code } = error as { code?: unknown };
  if (typeof code === 'number') {
    return `HTTP status ${code}`;
  }
  if (typeof code === 'string') {
    return code;
  }
  return error.message.slice(0, 200);
}
