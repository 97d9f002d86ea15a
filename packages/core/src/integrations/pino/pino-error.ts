import { isRecord } from '../../diagnostics/validation.js';
import { attempt, isError } from '../../logs/attempt.js';
import { describeException, redactedException, type ExceptionFacts } from '../../tracing/exception.js';

/**
 * What a line shows of an error, taken out of its fields as far as the record says it elsewhere. What serializers and
 * redaction of the application have hidden stays hidden; the class is what the error itself says.
 *
 * @param logged - the object that was logged
 * @param fields - what the line shows of it
 */
export function pinoError(logged: unknown, fields: Record<string, unknown>, errorKey: string): ExceptionFacts | undefined {
  const names = [errorKey, ...errorNames(logged), ...Object.keys(fields).filter((name) => isWrittenError(fields[name]))];
  const name = names.find((candidate) => fields[candidate] !== undefined);
  if (name === undefined) {
    return undefined;
  }
  const raw = errorAt(logged, name);
  const written = fields[name];
  if (raw === undefined && !isWrittenError(written)) {
    return undefined;
  }
  const facts = describe(raw, written, name === errorKey);
  const rest = withoutFacts(written);
  if (rest === undefined) {
    delete fields[name];
  } else {
    fields[name] = rest;
  }
  return facts;
}

function describe(raw: Error | undefined, written: unknown, isSerialized: boolean): ExceptionFacts {
  const own = raw === undefined ? undefined : describeException(raw);
  if (!isRecord(written)) {
    return redactedException(own?.type ?? 'Error', String(written));
  }
  const { type, name, message, stack } = written;
  // JSON shows nothing of an error that no serializer has met; that hides nothing on purpose.
  if (own !== undefined && !isSerialized && message === undefined && stack === undefined) {
    return own;
  }
  const className = own?.type ?? [type, name].find((value) => typeof value === 'string');
  return redactedException(
    typeof className === 'string' ? className : 'Error',
    typeof message === 'string' ? message : '',
    typeof stack === 'string' ? stack : undefined,
  );
}

function isWrittenError(value: unknown): boolean {
  return isRecord(value) && typeof value['stack'] === 'string' && typeof value['message'] === 'string';
}

function errorNames(logged: unknown): string[] {
  const names = isRecord(logged) ? attempt(() => Object.keys(logged), []) : [];
  return names.filter((name) => errorAt(logged, name) !== undefined);
}

/** Getters are not called once more. */
function errorAt(logged: unknown, name: string): Error | undefined {
  const value: unknown = attempt(() => Object.getOwnPropertyDescriptor(logged, name)?.value as unknown, undefined);
  return isError(value) ? value : undefined;
}

/** What an error carries beside what the record says of it, such as its code. */
function withoutFacts(written: unknown): unknown {
  if (!isRecord(written)) {
    return undefined;
  }
  const { type: _type, name: _name, message: _message, stack: _stack, ...rest } = written;
  return Object.keys(rest).length > 0 ? rest : undefined;
}
