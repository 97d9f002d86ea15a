import {
  propagation,
  type BaggageEntry,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { callHook } from '../diagnostics/hooks.js';
import { formatBaggageMember, MAX_BAGGAGE_LENGTH, parseBaggageMember, type BaggageMember } from './baggage-member.js';

const BAGGAGE = 'baggage';

/** More than these are neither sent nor looked at. */
const MAX_MEMBERS = 64;

/**
 * W3C Baggage within its limits of 64 members and 8192 bytes: members beyond them, malformed ones, and those whose keys
 * are no tokens are left out whole.
 *
 * @see https://www.w3.org/TR/baggage/
 */
export class BaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    // Requests of the telemetry itself are made in such a context; the application's baggage is not for their receiver.
    if (isTracingSuppressed(context)) {
      return;
    }
    const members = callHook('baggage', () => [...(propagation.getBaggage(context)?.getAllEntries() ?? [])]);
    const header = formatMembers(members ?? []);
    if (header !== '') {
      setter.set(carrier, BAGGAGE, header);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const given: unknown = getter.get(carrier, BAGGAGE);
    if (given === undefined) {
      return context;
    }
    const entries = parseMembers(joined(given));
    return entries.size === 0
      ? context
      : propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

/** Several headers are one list; a carrier of the application's own can hold anything. */
function joined(value: unknown): string {
  return [value].flat().filter((text) => typeof text === 'string').join(',');
}

/** An object of the application's own can hold anything: each member is asked alone. */
function formatMembers(members: readonly BaggageMember[]): string {
  let header = '';
  let count = 0;
  for (const member of members) {
    const text = callHook('baggage', () => formatBaggageMember(member));
    const length = header.length + (count === 0 ? 0 : 1) + (text?.length ?? 0);
    if (text === undefined || length > MAX_BAGGAGE_LENGTH) {
      continue;
    }
    header = count === 0 ? text : `${header},${text}`;
    count += 1;
    if (count === MAX_MEMBERS) {
      break;
    }
  }
  return header;
}

/** Of a key that comes twice the last one counts. */
function parseMembers(header: string): ReadonlyMap<string, BaggageEntry> {
  const entries = new Map<string, BaggageEntry>();
  for (const text of withinLimit(header).split(',')) {
    const member = parseBaggageMember(text);
    if (member !== undefined && entries.size < MAX_MEMBERS) {
      entries.set(...member);
    }
  }
  return entries;
}

/** The members that fit into the limit. */
function withinLimit(header: string): string {
  if (header.length <= MAX_BAGGAGE_LENGTH) {
    return header;
  }
  return header.slice(0, Math.max(header.lastIndexOf(',', MAX_BAGGAGE_LENGTH), 0));
}
