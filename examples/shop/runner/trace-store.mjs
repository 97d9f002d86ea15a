import { EventEmitter } from 'node:events';

/**
 * @typedef {object} LogLine
 * @property {string} service
 * @property {string} traceId
 * @property {string} spanId
 * @property {string} level `info`, `error`, …
 * @property {string} message
 */

/**
 * @typedef {object} Trace
 * @property {string} traceId
 * @property {import('./span-decoder.mjs').Span[]} spans
 * @property {LogLine[]} logs
 */

/**
 * Gathers spans and log lines by trace, as they come in from several processes.
 *
 * Emits `change` with the id of a trace that has got something new.
 */
export class TraceStore extends EventEmitter {
  /** @type {Map<string, Trace>} */
  #traces = new Map();

  /** @param {import('./span-decoder.mjs').Span[]} spans */
  addSpans(spans) {
    for (const span of spans) {
      this.#open(span.traceId).spans.push(span);
    }
    for (const traceId of new Set(spans.map((span) => span.traceId))) {
      this.emit('change', traceId);
    }
  }

  /** @param {LogLine} line */
  addLog(line) {
    this.#open(line.traceId).logs.push(line);
    this.emit('change', line.traceId);
  }

  /**
   * @param {string} traceId
   * @returns {Trace} empty when nothing has come yet
   */
  get(traceId) {
    return this.#traces.get(traceId) ?? { traceId, spans: [], logs: [] };
  }

  /**
   * Hands a trace out and forgets it.
   * @param {string} traceId
   */
  take(traceId) {
    const trace = this.get(traceId);
    this.#traces.delete(traceId);
    return trace;
  }

  #open(traceId) {
    const trace = this.get(traceId);
    this.#traces.set(traceId, trace);
    return trace;
  }
}

/**
 * Whether the trace has its root and no span whose parent is still on its way.
 * @param {Trace} trace
 */
export function isConnected({ spans }) {
  const ids = new Set(spans.map((span) => span.spanId));
  return spans.some((span) => span.parentSpanId === '') &&
    spans.every((span) => span.parentSpanId === '' || ids.has(span.parentSpanId));
}
