import { SEVERITY, severityOf, type Severity } from '../../logs/severity.js';

/** The severity of a line, by the word of its level, or by its number where the word is the application's own. */
export function pinoSeverity(instance: object, level: unknown): Severity {
  const number = typeof level === 'number' ? level : 30;
  const { labels } = ((instance as { readonly levels?: unknown }).levels ?? {}) as {
    readonly labels?: Readonly<Record<number, unknown>>;
  };
  const label = labels?.[number];
  return severityOf(typeof label === 'string' ? label : String(number), severityNumber(number));
}

/** As pino counts: 10 for trace, 20 for debug, up to 60 for fatal. */
function severityNumber(level: number): number {
  const order = [SEVERITY.trace, SEVERITY.debug, SEVERITY.info, SEVERITY.warn, SEVERITY.error, SEVERITY.fatal];
  const index = Math.floor(level / 10) - 1;
  return order[Math.max(0, Math.min(index, order.length - 1))] ?? SEVERITY.info;
}
