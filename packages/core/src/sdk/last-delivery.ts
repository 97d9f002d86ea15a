import { Worker } from 'node:worker_threads';
import { reportInternalError, reportProblem } from '../diagnostics/report.js';
import type { Certificates } from '../destinations/destination.js';
import { workerEnvironment } from '../options/env.js';
import { messageHeaders, type OtlpMessage } from '../pipeline/otlp-request.js';
import { WORKER_PROGRAM } from './last-delivery-worker.js';

/** A request that has not been answered when the process ends. */
export interface LastParcel {
  readonly message: OtlpMessage;
  readonly certificates: Certificates;
}

/**
 * Sends requests while the caller is blocked, which is the only way once `process.exit()` has been called.
 *
 * A worker thread sends, and this thread sleeps until every request is answered or the deadline has come. A child
 * process could do the same, but costs more, is forbidden in some places, and can't be made of a program that is one
 * executable. Never throws.
 *
 * @returns for each request whether it was taken with a status of 2xx
 */
export function deliverSynchronously(parcels: readonly LastParcel[], timeoutMillis: number): readonly boolean[] {
  // The first number counts answers; the others are the status codes, 0 where there was no answer.
  const answers = new Int32Array(new SharedArrayBuffer(4 * (parcels.length + 1)));
  try {
    const requests = parcels.map(({ message, certificates }) => ({
      url: message.url,
      headers: messageHeaders(message),
      body: message.body,
      gzip: message.gzip,
      grpc: message.grpc,
      proxy: message.proxy,
      tls: certificates,
    }));
    const worker = new Worker(WORKER_PROGRAM, {
      eval: true,
      workerData: { requests, answers },
      // No preloaded modules: they could set Otelier up once more.
      execArgv: [],
      env: workerEnvironment(),
    });
    worker.on('error', (error) => reportInternalError('the last delivery', error));
    waitForAnswers(answers, parcels.length, performance.now() + timeoutMillis);
  } catch (error) {
    reportFailure(error);
  }
  return parcels.map((_, index) => isSuccess(Atomics.load(answers, index + 1)));
}

/** @see https://nodejs.org/api/permissions.html */
function reportFailure(error: unknown): void {
  if ((error as { readonly code?: unknown } | undefined)?.code === 'ERR_ACCESS_DENIED') {
    reportProblem('OTELIER_LAST_DELIVERY_DENIED', "Node's permission model forbids the thread that sends at the end of the process.");
  } else {
    reportInternalError('the last delivery', error);
  }
}

function waitForAnswers(answers: Int32Array, expected: number, deadline: number): void {
  let count = Atomics.load(answers, 0);
  while (count < expected) {
    const remaining = deadline - performance.now();
    if (remaining <= 0 || Atomics.wait(answers, 0, count, remaining) === 'timed-out') {
      return;
    }
    count = Atomics.load(answers, 0);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
