import { context, createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { Method } from '../loading/wrapped-methods.js';
import { jobSpan } from './job-span.js';

const RESCHEDULE = createContextKey('otelier.bullmq.reschedule');

interface JobOptions {
  readonly telemetry?: { readonly omitContext?: boolean };
}

/** Whether a worker makes the next job of a scheduler, as it does with each one that it takes. */
export function isReschedule(within: Context): boolean {
  return within.getValue(RESCHEDULE) === true;
}

/** `job.moveToFailed(error, …)`: the telemetry object is told the error's message alone. */
export function tellingOfErrors(original: Method): Method {
  return function moveToFailed(...args) {
    jobSpan(context.active())?.noteThrown(args[0]);
    return original.apply(this, args);
  };
}

/** `job.asJSONSandbox()`: the process that runs the job gets the context of its span, not only that of its producer. */
export function continuingInSandbox(original: Method, writeContext: (within: Context) => string): Method {
  return function asJSONSandbox(...args) {
    const json = original.apply(this, args);
    const active = context.active();
    if (jobSpan(active) === undefined || typeof json !== 'object' || json === null) {
      return json;
    }
    const { opts } = json as { opts?: { telemetry?: object } };
    return { ...json, opts: { ...opts, telemetry: { ...opts?.telemetry, metadata: writeContext(active) } } };
  };
}

/**
 * `jobScheduler.upsertJobScheduler(…, { override })`: a worker calls it within the job before, with the trace of the
 * very first one, so that all jobs of a scheduler would be one trace that never ends. Each starts one of its own.
 */
export function startingTraces(original: Method): Method {
  return function upsertJobScheduler(...args) {
    const [jobOptions, how] = args.slice(4) as [JobOptions | undefined, { override?: boolean } | undefined];
    if (how?.override !== false) {
      return original.apply(this, args);
    }
    const { telemetry, ...rest } = jobOptions ?? {};
    const kept = telemetry?.omitContext === true ? jobOptions : rest;
    return context.with(ROOT_CONTEXT.setValue(RESCHEDULE, true), () =>
      original.call(this, ...args.slice(0, 4), kept, ...args.slice(5)),
    );
  };
}

/** `worker.run()`: a worker that was made within a request would poll as a part of it for as long as it lives. */
export function detachingLoops(original: Method): Method {
  return function run(...args) {
    const { opts } = this as { opts?: { telemetry?: unknown } };
    return opts?.telemetry === undefined
      ? original.apply(this, args)
      : context.with(ROOT_CONTEXT, () => original.apply(this, args));
  };
}

/** `flowProducer.addNode({ node })`: BullMQ gives the trace to a node with options only. */
export function propagatingToNodes(original: Method): Method {
  return function addNode(...args) {
    const [entry, ...rest] = args as [{ node?: { opts?: object } } | undefined, ...unknown[]];
    const node = entry?.node;
    return node === undefined || node.opts !== undefined
      ? original.apply(this, args)
      : original.call(this, { ...entry, node: { ...node, opts: {} } }, ...rest);
  };
}
