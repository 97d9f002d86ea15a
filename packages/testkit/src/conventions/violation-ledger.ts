import { conventionViolations } from './conventions.js';
import type { MetricRecord } from './metric-record.js';
import { metricViolations } from './metric-rules.js';
import type { SpanRecord } from './span-record.js';

/** What other makers record is not Otelier's to answer for, not even where it has written on it. */
const OWN_SCOPES = '@otelier/';

const MAX_LINES = 20;

interface Accepted {
  readonly part: string;
  readonly reason: string;
}

/** How what was recorded during one test, or outside all of them, broke the semantic conventions. */
export class ViolationLedger {
  readonly #violations = new Set<string>();
  readonly #accepted: Accepted[] = [];

  /** Judges a span that has ended. Never throws. */
  noteSpan(span: SpanRecord): void {
    this.#note(span.scope, `${span.kind} span '${span.name}'`, () => conventionViolations(span));
  }

  /** Judges a metric that was collected. Never throws. */
  noteMetric(metric: MetricRecord): void {
    this.#note(metric.scope, `metric ${metric.name}`, () => metricViolations(metric));
  }

  /** Lets violations pass whose sentence holds a text, and asks for one. */
  accept(accepted: Accepted): void {
    this.#accepted.push(accepted);
  }

  /** Says which conventions were broken and what was announced in vain; undefined when all is as it should be. */
  complaint(): string | undefined {
    const violations = [...this.#violations];
    const broken = violations.filter((violation) => !this.#accepted.some(({ part }) => violation.includes(part)));
    const unused = this.#accepted.filter(({ part }) => !violations.some((violation) => violation.includes(part)));
    const lines = [
      ...broken,
      ...unused.map(({ part, reason }) => `nothing broke the conventions by "${part}" (${reason})`),
    ];
    const more = lines.length > MAX_LINES ? [`… and ${lines.length - MAX_LINES} more`] : [];
    return lines.length === 0 ? undefined : [...lines.slice(0, MAX_LINES), ...more].join('\n');
  }

  #note(scope: string, subject: string, judge: () => readonly string[]): void {
    if (!scope.startsWith(OWN_SCOPES)) {
      return;
    }
    for (const sentence of sentencesOf(judge)) {
      this.#violations.add(`${subject} of ${scope}: ${sentence}`);
    }
  }
}

const key = Symbol.for('otelier.testkit.conventions');
const holder = globalThis as { [key]?: { current: ViolationLedger } };

/** The ledger in use; on `globalThis`, so that `jest.resetModules()` does not make a second one. */
export const violations = (holder[key] ??= { current: new ViolationLedger() });

/**
 * Lets spans and metrics of this test break the semantic conventions, where the sentence that says so holds `part`;
 * fails the test when none does. Called outside a test (`beforeAll`), it holds for what is recorded outside the tests of
 * the file.
 *
 * @param reason - why it is right as it is, such as `the spanName hook gives the name`
 */
export function acceptViolation(part: string, reason: string): void {
  violations.current.accept({ part, reason });
}

function sentencesOf(judge: () => readonly string[]): readonly string[] {
  try {
    return judge();
  } catch (error) {
    // Whoever ends the span has to go on; the test fails all the same.
    return [`the validator failed: ${String(error)}`];
  }
}
