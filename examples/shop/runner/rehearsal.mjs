import { once } from 'node:events';
import { findProblems } from './expectation.mjs';
import { isConnected } from './trace-store.mjs';

const ANSWER_MILLIS = 15_000;

/**
 * @typedef {object} Played
 * @property {import('./scenario.mjs').Step} step
 * @property {string | undefined} traceId
 * @property {string[]} problems of the answer
 */

/**
 * Sends the requests of a scenario, one after the other.
 * @param {string} shopUrl
 * @param {readonly import('./scenario.mjs').Step[]} scenario
 * @returns {Promise<Played[]>}
 */
export async function playScenario(shopUrl, scenario) {
  const played = [];
  for (const step of scenario) {
    played.push({ step, ...(await send(shopUrl, step)) });
  }
  return played;
}

/**
 * @param {string} shopUrl
 * @param {import('./scenario.mjs').Step} step
 */
async function send(shopUrl, { method, path, body, status }) {
  try {
    const response = await fetch(`${shopUrl}${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MILLIS),
    });
    const answer = await response.text();
    const traceId = response.headers.get('x-trace-id') ?? undefined;
    return {
      traceId,
      problems: [
        ...(response.status === status ? [] : [`the shop answered ${response.status}, not ${status}: ${answer}`]),
        ...(traceId ? [] : ['no span was active in the shop (x-trace-id is missing in its answer)']),
      ],
    };
  } catch (error) {
    return { traceId: undefined, problems: [`the shop did not answer: ${error.cause?.message ?? error.message}`] };
  }
}

/**
 * Waits until the spans of a trace are as expected.
 * @param {import('./trace-store.mjs').TraceStore} store
 * @param {Played} played
 * @param {AbortSignal} deadline when to wait no longer
 * @returns {Promise<string[]>} what is missing or wrong, of the answer and of the trace
 */
export async function awaitTrace(store, { step, traceId, problems }, deadline) {
  if (!traceId) {
    return problems;
  }
  const isThere = () => {
    const trace = store.get(traceId);
    return isConnected(trace) && findProblems(trace, step.expected).length === 0;
  };
  while (!isThere() && !deadline.aborted) {
    await once(store, 'change', { signal: deadline }).catch(() => undefined);
  }
  return [...problems, ...findProblems(store.get(traceId), step.expected)];
}
