import { context } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import { untilShutdown, type SetupPart } from '../lifetime.js';
import { correlationFields, sendsLogs, withoutRecords } from '../logs/log-work.js';
import { sendRecord, type LogEntry } from '../logs/log-record.js';
import type { TraceFields } from '../logs/trace-fields.js';
import { replaceOwnMethod } from '../own-method.js';
import { sharedState } from '../shared-state.js';
import type { Undo } from './integration.js';
import { wrapMethod, type Method } from './loading/wrapped-methods.js';
import {
  correlatedJson,
  correlatedText,
  jsonEntry,
  nestSeverity,
  resolvedMessage,
  textEntry,
} from './nest-logger/nest-line.js';

/** Observes the methods of Nest's `ConsoleLogger` until the set-up ends, and in every set-up after it. */
export function observeLoggerPrototype(prototype: object): void {
  const parts = sharedState('integrations.nest-loggers', () => new WeakMap<object, SetupPart>());
  const part = parts.get(prototype) ?? untilShutdown(() => observeMethods(prototype));
  parts.set(prototype, part);
  part.begin();
}

function observeMethods(prototype: object): Undo {
  const undos = [
    wrapMethod(prototype, 'printMessages', observedPrint),
    // It prints the stack of a line that has been sent with it, where wanted by `console`.
    wrapMethod(prototype, 'printStackTrace', quiet),
  ];
  return () => undos.forEach((undo) => undo());
}

function quiet(original: Method): Method {
  return function print(...args) {
    return withoutRecords(() => original.apply(this, args));
  };
}

/** The two methods that make a line are those of the logger's own class; they are watched for as long as it prints. */
function observedPrint(original: Method): Method {
  const send = guarded('sending a line of Nest', ({ level, entries }: NestPrint) => {
    const occasion = { severity: nestSeverity(String(level)), within: context.active() };
    entries.forEach((entry) => sendRecord(occasion, () => entry));
  });
  return function printMessages(...args) {
    const fields = correlationFields();
    if (fields === undefined && !sendsLogs()) {
      return original.apply(this, args);
    }
    const print: NestPrint = { fields, context: args[1], level: args[2], stack: args[4], entries: [] };
    const undos = [
      shadow(this, 'formatMessage', (format) => observedFormat(format, print)),
      shadow(this, 'getJsonLogObject', (toObject) => observedObject(toObject, print)),
    ];
    try {
      return withoutRecords(() => original.apply(this, args));
    } finally {
      undos.forEach((undo) => undo());
      send(print);
    }
  };
}

/** One call that prints, mostly one line. */
interface NestPrint {
  readonly fields: TraceFields | undefined;
  readonly context: unknown;
  readonly level: unknown;
  readonly stack: unknown;
  readonly entries: LogEntry[];
}

function observedFormat(format: Method, { fields, context, stack, entries }: NestPrint): Method {
  const take = guarded('taking a line of Nest', (...line: Parameters<typeof textEntry>) => {
    if (sendsLogs()) {
      entries.push(textEntry(...line));
    }
  });
  return function formatMessage(level, message, ...rest) {
    // A function is called once, as it may count.
    const resolved = sendsLogs() ? resolvedMessage(message) : message;
    const line = format.apply(this, [level, resolved, ...rest]);
    take(resolved, { context, stack, params: rest[4], line });
    return fields === undefined ? line : correlatedText(line, fields);
  };
}

function observedObject(toObject: Method, { fields, entries }: NestPrint): Method {
  const take = guarded('taking a line of Nest', (...line: Parameters<typeof jsonEntry>) => {
    if (sendsLogs()) {
      entries.push(jsonEntry(...line));
    }
  });
  return function getJsonLogObject(message, options, ...rest) {
    const line = toObject.apply(this, [message, options, ...rest]);
    take(line, { message, options, logger: this });
    return fields === undefined ? line : correlatedJson(line, fields);
  };
}

/** A logger that can't be changed prints as it does. */
function shadow(logger: unknown, name: string, wrap: (original: Method) => Method): Undo {
  const target = logger as Record<string, unknown>;
  return typeof target[name] === 'function' && Object.isExtensible(target) ? replaceOwnMethod(target, name, wrap) : () => {};
}
