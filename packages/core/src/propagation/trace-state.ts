import type { TraceState } from '@opentelemetry/api';
import { callHook } from '../diagnostics/hooks.js';
import { trimOptionalSpace } from '../text/optional-space.js';

/** The limits of W3C Trace Context level 2 for one list of vendors' entries. */
const MAX_MEMBERS = 32;

/** Longer headers can't be legal in practice, and are not looked at. */
const MAX_LENGTH = MAX_MEMBERS * (256 + 1 + 256 + 3);

/** A lower-case letter or a digit first; `@` is a character like the others since level 2. */
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;

/** 1 to 256 printable ASCII characters without `,` and `=`, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Reads a `tracestate` header; an illegal one is discarded whole.
 *
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export function parseTraceState(header: string): TraceState | undefined {
  if (header.length > MAX_LENGTH) {
    return undefined;
  }
  const members = new Map<string, string>();
  for (const part of header.split(',')) {
    const member = trimOptionalSpace(part);
    if (member === '') {
      continue;
    }
    const equals = member.indexOf('=');
    const key = member.slice(0, equals);
    const value = member.slice(equals + 1);
    if (equals < 1 || !isLegalMember(key, value) || members.has(key)) {
      return undefined;
    }
    members.set(key, value);
  }
  return members.size > 0 && members.size <= MAX_MEMBERS ? new Level2TraceState(members) : undefined;
}

/** The header of a trace state; `undefined` for an object of the application's own that makes no legal one. */
export function formatTraceState(state: TraceState): string | undefined {
  if (state instanceof Level2TraceState) {
    return state.serialize();
  }
  const header: unknown = callHook('traceState', () => state.serialize());
  return typeof header === 'string' ? parseTraceState(header)?.serialize() : undefined;
}

function isLegalMember(key: string, value: string): boolean {
  return KEY.test(key) && VALUE.test(value);
}

/** Entries in the order of the header, the newest first. The API's own class knows the keys of level 1 only. */
class Level2TraceState implements TraceState {
  private text: string | undefined = undefined;

  constructor(private readonly members: ReadonlyMap<string, string>) {}

  get(key: string): string | undefined {
    return this.members.get(key);
  }

  set(key: string, value: string): TraceState {
    if (!isLegalMember(key, value)) {
      return this;
    }
    const others = [...this.members].filter(([name]) => name !== key);
    return new Level2TraceState(new Map([[key, value] as const, ...others].slice(0, MAX_MEMBERS)));
  }

  unset(key: string): TraceState {
    return new Level2TraceState(new Map([...this.members].filter(([name]) => name !== key)));
  }

  serialize(): string {
    return (this.text ??= [...this.members].map(([key, value]) => `${key}=${value}`).join(','));
  }
}
