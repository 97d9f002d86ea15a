import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Output } from './output-ledger.js';

type Note = (output: Output) => void;

/** Takes `console`, the standard streams and the OpenTelemetry `diag` logger; returns the undo for the streams. */
export function captureOutput(note: Note): () => void {
  globalThis.console = captiveConsole(note);
  captureDiag(note);
  const undo = [captureStream('stdout', note), captureStream('stderr', note)];
  return () => undo.forEach((release) => release());
}

/** Takes the `diag` logger again when the code under test has let it go; one that it has set itself stays. */
export function captureDiag(note: Note): void {
  const api = globalThis as { [key: symbol]: { diag?: unknown } | undefined };
  if (api[Symbol.for('opentelemetry.js.api.1')]?.diag) {
    return;
  }
  const log =
    (channel: string) =>
    (message: string, ...details: unknown[]): void =>
      note({ channel, text: [message, ...details].map(String).join(' ') });
  const silent = (): void => {};
  const logger = { error: log('diag.error'), warn: log('diag.warn'), info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function captiveConsole(note: Note): Console {
  const sinkOf = (channel: string): Writable =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        note({ channel, text });
        done();
      },
    });
  return new Console({ stdout: sinkOf('console (stdout)'), stderr: sinkOf('console (stderr)') });
}

function captureStream(channel: 'stdout' | 'stderr', note: Note): () => void {
  const stream = process[channel];
  // Given back as it was, never called.
  // oxlint-disable-next-line typescript/unbound-method
  const original = stream.write;
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    note({ channel, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    const done = rest.find((argument) => typeof argument === 'function');
    if (done) {
      process.nextTick(done);
    }
    return true;
  };
  stream.write = write;
  return () => {
    if (stream.write === write) {
      stream.write = original;
    }
  };
}
