import {
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type Baggage,
  type BaggageEntry,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems } from '../../src/diagnostics/report.js';
import { BaggagePropagator } from '../../src/propagation/baggage-propagator.js';
import { createPropagator } from '../../src/sdk/propagators.js';
import { SeededRandom } from '../sql/seeded-random.js';
import { isLegalHeader } from './legal-header.js';

const propagator = new BaggagePropagator();

function extract(header: unknown): Baggage | undefined {
  return propagation.getBaggage(propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter));
}

function inject(baggage: Baggage | undefined): string | undefined {
  const headers: Record<string, string> = {};
  const context = baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage);
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers['baggage'];
}

/** What is sent on of what came in. */
const through = (header: unknown): string | undefined => inject(extract(header));

/** What is sent of what the application has set. */
const sent = (key: string, value: unknown, metadata?: string): string | undefined =>
  inject(
    propagation.createBaggage({
      [key]: {
        value: value as string,
        ...(metadata === undefined ? {} : { metadata: baggageEntryMetadataFromString(metadata) }),
      },
    }),
  );

const members = (count: number, length = 1): string =>
  Array.from({ length: count }, (_, index) => `k${String(index).padStart(4, '0')}=${'v'.repeat(length)}`).join(',');

describe('the propagator of W3C Baggage', () => {
  beforeEach(clearProblems);
  afterAll(clearProblems);

  verifies('R10', 'is the one that the set-up registers', () => {
    expect(createPropagator(['tracecontext', 'baggage']).fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
    const context = createPropagator(['tracecontext', 'baggage']).extract(ROOT_CONTEXT, { baggage: 'a=' }, defaultTextMapGetter);
    expect(propagation.getBaggage(context)?.getEntry('a')).toEqual({ value: '' });
  });

  verifies('R10', 'decodes values, and keeps legal properties as they came', () => {
    const baggage = extract('userId = Am%C3%A9lie%20%2C%3B ; p1 ;p2=v%202; p3 = x ,isProduction=false,a=b=c==,empty=');
    expect(baggage?.getAllEntries().map(([key, { value, metadata }]) => [key, value, metadata?.toString()])).toEqual([
      ['userId', 'Amélie ,;', 'p1;p2=v%202;p3=x'],
      ['isProduction', 'false', undefined],
      ['a', 'b=c==', undefined],
      ['empty', '', undefined],
    ]);
    expect(inject(baggage)).toBe('userId=Am%C3%A9lie%20%2C%3B;p1;p2=v%202;p3=x,isProduction=false,a=b%3Dc%3D%3D,empty=');
  });

  verifies('R10', 'takes several headers for one list, and the last of a key', () => {
    expect(through(['a=1,b=2', 'c=3'])).toBe('a=1,b=2,c=3');
    expect(through('a=1,b=2,a=3')).toBe('a=3,b=2');
  });

  verifies('R10', 'replaces bytes that are no UTF-8, and leaves a plus as it is', () => {
    expect(extract('a=%FFb,c=x+y')?.getEntry('a')?.value).toBe('\ufffdb');
    expect(extract('a=%FFb,c=x+y')?.getEntry('c')?.value).toBe('x+y');
  });

  for (const malformed of ['', '=', '=1', ' =1', 'b', ';', 'b;c=1', 'b c=1', 'b@c=1', 'b=%', 'b=%zz', 'b=%a', 'b=\xe9', 'b\xe9=1', 'b=\u0000', 'b=1\r\nx: y', '"b"=1', '(b)=1']) {
    verifies('R10', `leaves out a malformed member and keeps the others: ${JSON.stringify(malformed)}`, () => {
      expect(through(`a=1,${malformed},z=2`)).toBe('a=1,z=2');
      expect(extract(malformed)).toBeUndefined();
    });
  }

  verifies('R10', 'leaves out illegal properties and keeps their member', () => {
    for (const property of ['', '=', '=x', 'a b', 'p="x"', 'p=x y', 'p=\\', 'p=\xe9', '\xe9', 'p=\r\n', 'p\u0000']) {
      expect([property, through(`a=1;${property};ok=2`)]).toEqual([property, 'a=1;ok=2']);
    }
  });

  verifies(['R10', 'X6'], 'takes names of prototypes for names like others', () => {
    const header = '__proto__=1,constructor=2,toString=3';
    expect(extract(header)?.getEntry('__proto__')).toEqual({ value: '1' });
    expect(through(header)).toBe(header);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  verifies('R10', 'keeps 64 members and leaves out those behind', () => {
    expect(through(members(64))).toBe(members(64));
    expect(through(members(65))).toBe(members(64));
    expect(extract(members(65))?.getAllEntries()).toHaveLength(64);
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`key${index}`, { value: 'v' }]));
    expect(inject(propagation.createBaggage(many))?.split(',')).toHaveLength(64);
  });

  verifies('R10', 'keeps 8192 bytes and cuts no member', () => {
    const full = `a=${'v'.repeat(4093)},b=${'w'.repeat(4094)}`;
    expect(full).toHaveLength(8192);
    expect(through(full)).toBe(full);
    expect(through(`${full}w,c=1`)).toBe(full.slice(0, 4095));
    expect(through(`a=${'v'.repeat(8191)},b=1`)).toBeUndefined();
    expect(through('v'.repeat(16_384))).toBeUndefined();
    expect(inject(propagation.createBaggage({ a: { value: 'é'.repeat(1400) }, b: { value: '1' } }))).toBe('b=1');
    expect(inject(propagation.createBaggage({ a: { value: 'v'.repeat(1_000_000) }, b: { value: '1' } }))).toBe('b=1');
    const half = 'v'.repeat(4094);
    expect(inject(propagation.createBaggage({ a: { value: half }, b: { value: half } }))).toBe(`a=${half}`);
    expect(sent('a', 'v', `p=${'x'.repeat(8192)}`)).toBeUndefined();
  });

  verifies(['R10', 'X6'], 'writes whatever text the application has set as a legal header', () => {
    expect(sent('a', 'x\r\nset-cookie: y=1')).toBe('a=x%0D%0Aset-cookie%3A%20y%3D1');
    expect(sent('a', '日本語 "," ;\\\u0000')).toBe('a=%E6%97%A5%E6%9C%AC%E8%AA%9E%20%22%2C%22%20%3B%5C%00');
    expect(sent('a', 'half \ud800 pair \u{1f600}')).toBe('a=half%20%EF%BF%BD%20pair%20%F0%9F%98%80');
    expect(sent('a', 'b', 'p=1\r\nset-cookie: y=1;ok')).toBe('a=b;ok');
    expect(sent('a', 'b', 'p=1,injected=2;日本;ok=%41')).toBe('a=b;ok=%41');
    for (const key of ['', ' ', 'a b', 'a,b', 'a=b', 'a;b', 'é', 'a\r\nb', '"a"']) {
      expect([key, sent(key, 'b')]).toEqual([key, undefined]);
    }
    expect([sent('a', 7), sent('a', true), sent('a', undefined), sent('a', null), sent('a', {})]).toEqual([
      'a=7',
      'a=true',
      undefined,
      undefined,
      undefined,
    ]);
  });

  verifies(['R10', 'X6'], 'throws nothing out of entries that can not be read, and writes the others', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const fail = (): never => {
      throw new Error('unreadable');
    };
    const metadata = { ...baggageEntryMetadataFromString(''), toString: fail };
    const baggage = propagation.createBaggage({ a: { value: '1', metadata }, b: { value: '2' } });
    expect(inject(baggage)).toBe('b=2');
    const odd = { ...baggage, getAllEntries: () => [undefined, ['c'], ['d', { value: '4' }]] } as unknown as Baggage;
    expect(inject(odd)).toBe('d=4');
    expect(inject({ ...baggage, getAllEntries: fail } as Baggage)).toBeUndefined();
    expect(inject({} as Baggage)).toBeUndefined();
  });

  verifies('R10', 'gives nothing to the receivers of telemetry', () => {
    const headers = {};
    const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
    propagator.inject(suppressTracing(context), headers, defaultTextMapSetter);
    expect(headers).toEqual({});
    propagator.inject(ROOT_CONTEXT, headers, defaultTextMapSetter);
    expect(headers).toEqual({});
  });

  verifies(['R10', 'X6'], 'reads what a carrier of the application holds', () => {
    const text = { toString: () => 'a=1' };
    for (const odd of [undefined, null, 7, {}, [], [7, null], [undefined], text, [text], Object.create(null)]) {
      expect([odd, extract(odd)]).toEqual([odd, undefined]);
    }
    expect(through([7, 'a=1'])).toBe('a=1');
  });
});

describe('random baggage', () => {
  const pieces = ['a', 'key', '=', '=', ',', ',', ';', '%', '%41', '%FF', '%zz', ' ', '\t', '"', '\\', '\r\n', '\u0000', '\xe9', '__proto__', '~', 'v'.repeat(300)];

  const legalPieces = ['a=1,', ',key=%41%FF', ',b = x ; q ;r=%2C,', 'c=;;p==,', ',%41=~'];

  function entriesOf(baggage: Baggage | undefined): (readonly [string, string, string | undefined])[] {
    return (baggage?.getAllEntries() ?? []).map(([key, { value, metadata }]) => [key, value, metadata?.toString()]);
  }

  function isWithinLimits(header: string): boolean {
    return isLegalHeader(header) && /^[\x20-\x7e]*$/.test(header) && header.length <= 8192 && header.split(',').length <= 64;
  }

  verifies(['R10', 'X6'], 'that comes in is read without an error, and what is sent on is read as the same', () => {
    const random = new SeededRandom(64);
    const broken: string[] = [];
    let read = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const length = random.below(round % 100 === 0 ? 400 : 20);
      const header = Array.from({ length }, () => random.pick(random.pick([pieces, legalPieces]))).join('');
      const entries = entriesOf(extract(header));
      const next = through(header);
      read += entries.length;
      const isSame = JSON.stringify(entriesOf(extract(next))) === JSON.stringify(entries);
      if (next === undefined ? entries.length > 0 : !isWithinLimits(next) || !isSame) {
        broken.push(header);
      }
    }
    expect(broken).toEqual([]);
    expect(read).toBeGreaterThan(10_000);
  });

  verifies(['R10', 'X6'], 'that the application sets is sent as a legal header', () => {
    const random = new SeededRandom(65);
    const broken: unknown[] = [];
    const text = (): string =>
      Array.from({ length: random.below(8) }, () => random.pick([...pieces, '日', '\ud800', '\u{1f600}', 'p=1'])).join('');
    for (let round = 0; round < 20_000; round += 1) {
      const entries: Record<string, BaggageEntry> = {};
      for (let count = random.below(4); count >= 0; count -= 1) {
        entries[text()] = { value: text(), metadata: baggageEntryMetadataFromString(text()) };
      }
      const header = inject(propagation.createBaggage(entries)) ?? '';
      const kept = entriesOf(extract(header)).map(([key, value]) => [key, value]);
      const legal = Object.entries(entries)
        .filter(([key]) => /^[a-z_~%A-Z\d]+$/.test(key))
        .map(([key, { value }]) => [key, value.replace(/\p{Surrogate}/gu, '\ufffd')]);
      if (!isWithinLimits(header) || JSON.stringify(kept) !== JSON.stringify(legal)) {
        broken.push([entries, header]);
      }
    }
    expect(broken).toEqual([]);
  });
});
