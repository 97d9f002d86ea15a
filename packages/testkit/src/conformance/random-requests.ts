import { METHODS } from 'node:http';
import { rawRequest } from './raw-client.js';

/** Numbers that look random and are the same in every run. */
export class RandomSource {
  constructor(private state: number) {}

  /** At least 0, below the limit (mulberry32). */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) % limit);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  /** Bytes of a range as a text of one character each. */
  bytes(maxLength: number, [from, to]: readonly [number, number] = [0, 0xff]): string {
    const byte = (): string => String.fromCharCode(from + this.below(to - from + 1));
    return Array.from({ length: this.below(maxLength + 1) }, byte).join('');
  }
}

const TARGET_PARTS = ['/', '//', '?', '#', '%00', '%2f', '%zz', '..', '-', ';', '&', '=', '@', ':', '*', 'users', 'api', 'x'] as const;
const HEADER_NAMES = ['Traceparent', 'Tracestate', 'Baggage', 'User-Agent', 'Host', 'X-Forwarded-For', 'X-Forwarded-Host', 'Cookie', 'Accept'] as const;
// What the parser refuses is rarer than what it lets through: that is where frameworks and observers begin.
const TARGET_BYTES = [[0x21, 0x7e], [0x21, 0x7e], [0x21, 0x7e], [0x00, 0xff]] as const;
const HEADER_BYTES = [[0x20, 0x7e], [0x20, 0x7e], [0x80, 0xff], [0x80, 0xff], [0x30, 0x39], [0x61, 0x66], [0x20, 0x7e], [0x00, 0xff]] as const;
const ODD_METHODS = ['get', 'GETT', 'G\0T', 'Ñ', ''] as const;

/** A request of HTTP/1 whose parts are random and whose form is complete: a server answers or refuses it at once. */
export function randomRequest(random: RandomSource): Buffer {
  const known = random.below(10) > 0;
  const method = known ? (METHODS[random.below(METHODS.length)] ?? 'GET') : random.pick(ODD_METHODS);
  const target = Array.from({ length: 1 + random.below(12) }, () =>
    random.below(5) === 0 ? random.bytes(8, random.pick(TARGET_BYTES)) : random.pick(TARGET_PARTS),
  )
    .join('')
    // A query may begin with a question mark, which looks like a mistake to whoever checks what was recorded.
    .replace(/\?+/g, '?');
  const headers = Array.from(
    { length: random.below(6) },
    () => `${random.pick(HEADER_NAMES)}: ${random.bytes(40, random.pick(HEADER_BYTES))}`,
  );
  return rawRequest({ method, target: `/${target}`, lines: ['Host: wire.example', ...headers, 'Connection: close'] });
}

/** Bytes that have little to do with HTTP: random ones, or a good request of which some were changed or left out. */
export function randomBytes(random: RandomSource): Buffer {
  if (random.below(3) === 0) {
    return Buffer.from(random.bytes(200), 'latin1');
  }
  const bytes = [...rawRequest({ target: '/users/1?a=b', lines: ['Host: wire.example', 'Baggage: a=b', 'Connection: close'] })];
  for (let change = random.below(8); change >= 0; change -= 1) {
    const place = random.below(bytes.length);
    bytes.splice(place, random.below(3), ...Array.from({ length: random.below(3) }, () => random.below(256)));
  }
  return Buffer.from(bytes);
}
