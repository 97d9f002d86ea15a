import { guarded } from '../diagnostics/guarded.js';
import { lazily } from '../lazily.js';
import { listen } from './channel-listener.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { versionWithin, whereSupported } from './loading/supported-versions.js';
import { wrapMethod, type Method } from './loading/wrapped-methods.js';
import type { PinoCall, PinoLine } from './pino/pino-line.js';
import type * as PinoLineFile from './pino/pino-line.js';

const lines = lazily(() => require('./pino/pino-line.js') as typeof PinoLineFile);

const LOGGER = { name: 'pino', from: '7.0.0', below: '11.0.0' };

/** From here on pino tells of every line that it makes. */
const FIRST_WITH_CHANNEL = '9.10.0';

const CHANNEL = 'tracing:pino_asJson';

/** What pino publishes with a line: while it is made, and with what it has become. */
interface LineMessage extends PinoCall {
  readonly result?: unknown;
}

/**
 * pino, and so the loggers of Fastify: by the tracing channel of the one function that makes all lines; in versions
 * without it that function is wrapped, where all loggers of a copy inherit it from.
 */
export const pinoIntegration: Integration = {
  name: 'pino',

  start({ logs }) {
    if (!logs.correlation && !logs.send) {
      return { scan: () => {}, stop: () => {} };
    }
    const undoChannel = observeChannel();
    const { scan, stop } = observeCopies({
      packageName: 'pino',
      files: {
        'lib/proto.js': (copy) => (hasChannel(copy.version) ? () => {} : observeOld(copy)),
      },
    });
    return {
      scan,
      stop: () => {
        undoChannel();
        stop();
      },
    };
  },

  handOver: {
    recognizes: (module) => pinoOf(module) !== undefined,
    attach(module) {
      const pino = pinoOf(module);
      return pino === undefined || hasChannel(pino.version)
        ? () => {}
        : observePrototype(prototypeOf(() => probe(pino.create)));
    },
  },
};

const observeOld = whereSupported(LOGGER, ({ exports }) => observePrototype(prototypeOf(exports)));

function observeChannel(): Undo {
  // A line is made at once, and others within it end before it. A WeakMap would cost more than all the rest.
  const open: { readonly message: LineMessage; readonly line: PinoLine }[] = [];
  const undos = [
    listen<LineMessage>(`${CHANNEL}:start`, (message) => void open.push({ message, line: new (lines().PinoLine)(message) })),
    listen<LineMessage>(`${CHANNEL}:end`, (message) => {
      const index = open.findLastIndex((begun) => begun.message === message);
      const [begun] = index === -1 ? [] : open.splice(index);
      begun?.line.end(message.result);
    }),
  ];
  return () => undos.forEach((undo) => undo());
}

function observePrototype(prototype: object | undefined): Undo {
  const symbols = prototype === undefined ? [] : Object.getOwnPropertySymbols(prototype);
  const asJson = symbols.find(({ description }) => description === 'pino.asJson');
  return prototype === undefined || asJson === undefined ? () => {} : wrapMethod(prototype, asJson, observedAsJson);
}

function observedAsJson(original: Method): Method {
  const begin = guarded('beginning a line of pino', (call: PinoCall, take: (line: PinoLine) => void) =>
    take(new (lines().PinoLine)(call)),
  );
  const end = guarded('ending a line of pino', (line: PinoLine | undefined, result: unknown) => line?.end(result));
  return function asJson(...args) {
    let line: PinoLine | undefined;
    begin({ instance: this as object, arguments: args }, (begun) => {
      line = begun;
    });
    let result: unknown;
    try {
      result = original.apply(this, args);
      return result;
    } finally {
      end(line, result);
    }
  };
}

/** An unknown version is a new one. */
function hasChannel(version: string | undefined): boolean {
  return version === undefined || !versionWithin(version, '0.0.0', FIRST_WITH_CHANNEL);
}

/** The object from which all loggers of a copy inherit. */
function prototypeOf(create: unknown): object | undefined {
  let owner: unknown = typeof create === 'function' ? (Reflect.apply(create, undefined, []) as unknown) : undefined;
  while (typeof owner === 'object' && owner !== null) {
    if (Object.getOwnPropertySymbols(owner).some(({ description }) => description === 'pino.asJson')) {
      return owner;
    }
    owner = Object.getPrototypeOf(owner) as unknown;
  }
  return undefined;
}

interface PinoModule {
  readonly create: (options: object, stream: object) => unknown;
  readonly version: string | undefined;
}

function pinoOf(module: unknown): PinoModule | undefined {
  const exports = moduleExports(module);
  const { symbols, version } = exports as { readonly symbols?: { readonly asJsonSym?: unknown }; readonly version?: unknown };
  return typeof exports === 'function' && typeof symbols?.asJsonSym === 'symbol'
    ? { create: exports as PinoModule['create'], version: typeof version === 'string' ? version : undefined }
    : undefined;
}

/** A logger that writes nothing. */
function probe(create: PinoModule['create']): unknown {
  return create({ level: 'silent' }, { write: () => {} });
}
