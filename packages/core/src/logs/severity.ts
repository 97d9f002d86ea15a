/** How severe a record is, as OpenTelemetry says it. */
export interface Severity {
  /** From 1 to 24. */
  readonly number: number;
  /** The logger's own word. */
  readonly text: string;
}

/** The lowest severity number of each level. */
export const SEVERITY = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

/**
 * The words of pino, winston, Nest and syslog.
 *
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#appendix-b-severitynumber-example-mappings
 */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(SEVERITY),
  ['silly', SEVERITY.trace],
  ['verbose', SEVERITY.debug + 1],
  ['http', SEVERITY.debug + 2],
  ['log', SEVERITY.info],
  ['data', SEVERITY.info],
  ['help', SEVERITY.info],
  ['prompt', SEVERITY.info],
  ['input', SEVERITY.info],
  ['notice', SEVERITY.info + 1],
  ['warning', SEVERITY.warn],
  ['err', SEVERITY.error],
  ['crit', SEVERITY.error + 1],
  ['critical', SEVERITY.error + 1],
  ['alert', SEVERITY.error + 2],
  ['emerg', SEVERITY.fatal],
  ['emergency', SEVERITY.fatal],
]);

/** The severity of a level's word; one that nobody knows counts as `info`. */
export function severityOf(level: string, fallback: number = SEVERITY.info): Severity {
  return { number: NUMBERS.get(level.toLowerCase()) ?? fallback, text: level };
}
