import { attempt } from '../../logs/attempt.js';
import { sendsLogs, withoutRecords } from '../../logs/log-work.js';
import type { Undo } from '../integration.js';
import { methodOwner, wrapMethod, type Method } from '../loading/wrapped-methods.js';
import type { Writer } from './logged-line.js';
import type { LoggedLines } from './logged-lines.js';

const LEVEL = Symbol.for('level');

/** How a transport takes a line; loggers can write to each other too, and to any stream of objects. */
interface Transport {
  readonly silent?: unknown;
  readonly level?: unknown;
  readonly levels?: Readonly<Record<string, number>>;
  readonly parent?: { readonly level?: unknown } | null;
  readonly handleExceptions?: unknown;
  readonly _transform?: unknown;
  format?: Format;
}

interface Format {
  readonly options?: unknown;
  readonly transform: Method;
}

/** Who writes a line that a logger has formatted; where transports have formats of their own, the first one of them. */
export function writerOf(logger: object, transports: readonly unknown[], info: object): Writer {
  if (transports.length === 0) {
    return takes(logger, info) ? 'the logger' : 'nobody';
  }
  const takers = (transports as readonly Transport[]).filter((transport) =>
    isLogger(transport) ? transport.silent !== true : takes(transport, info),
  );
  if (takers.length === 0) {
    return 'nobody';
  }
  if (takers.some(isLogger)) {
    return 'another logger';
  }
  return takers.every((transport) => ownFormat(transport) !== undefined) ? 'a transport' : 'the logger';
}

function isLogger({ _transform }: Transport): boolean {
  return typeof _transform === 'function';
}

/** As the transports themselves decide. */
function takes(transport: Transport, info: object): boolean {
  const { exception, [LEVEL]: own } = info as { readonly exception?: unknown; readonly [LEVEL]?: unknown };
  const { silent, levels, parent, handleExceptions } = transport;
  if (silent === true || (exception === true && levels !== undefined && handleExceptions !== true)) {
    return false;
  }
  const level = transport.level ?? parent?.level;
  return typeof level !== 'string' || levels === undefined || (levels[level] ?? -1) >= (levels[String(own)] ?? Infinity);
}

function ownFormat({ format }: Transport): Format | undefined {
  return typeof format?.transform === 'function' ? format : undefined;
}

/**
 * Observes the classes of transports: which text the format of one makes of a line, and that what it prints by `console`
 * is no line of its own.
 */
export class TransportObserver {
  private readonly known = new WeakSet();
  private readonly undos: Undo[] = [];

  constructor(private readonly lines: LoggedLines) {}

  /** Observes the class of a transport, once. */
  observe(transport: object): void {
    const owner = methodOwner(transport, '_write');
    if (owner === undefined || owner === transport || this.known.has(owner)) {
      return;
    }
    this.known.add(owner);
    this.undos.push(
      wrapMethod(owner, '_write', (original) => observedWrite(original, this.lines, (info) => [info])),
      wrapMethod(owner, '_writev', (original) => observedWrite(original, this.lines, chunksOf)),
    );
  }

  /** Takes everything back. */
  stop(): void {
    this.undos.splice(0).forEach((undo) => undo());
  }
}

function chunksOf(writes: unknown): readonly unknown[] {
  return Array.isArray(writes) ? writes.map((write) => (write as { readonly chunk?: unknown }).chunk) : [];
}

function observedWrite(original: Method, lines: LoggedLines, infosOf: (written: unknown) => readonly unknown[]): Method {
  return function write(written, ...rest) {
    if (!sendsLogs()) {
      return original.apply(this, [written, ...rest]);
    }
    const restore = attempt(() => watchFormat(this as Transport, infosOf(written), lines), () => {});
    try {
      return withoutRecords(() => original.apply(this, [written, ...rest]));
    } finally {
      restore();
    }
  };
}

/** A format is given a copy of the line. */
function watchFormat(transport: Transport, infos: readonly unknown[], lines: LoggedLines): Undo {
  const format = ownFormat(transport);
  const waiting = infos.filter((info) => lines.isAtTransports(info));
  if (format === undefined || waiting.length === 0) {
    return () => {};
  }
  const transform: Method = function transform(info, ...rest) {
    const before = { ...(info as object) };
    const formatted = format.transform.apply(format, [info, ...rest]);
    lines.writtenByTransport(waiting.find((candidate) => isCopy(before, candidate)), formatted);
    return formatted;
  };
  const watched = Object.create(format, { transform: { value: transform } }) as Format;
  transport.format = watched;
  return () => {
    if (transport.format === watched) {
      transport.format = format;
    }
  };
}

function isCopy(copy: object, source: unknown): boolean {
  return Reflect.ownKeys(copy).every((key) => Object.is(Reflect.get(copy, key), Reflect.get(source as object, key)));
}
