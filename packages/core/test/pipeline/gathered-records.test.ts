import { ExportResultCode } from '@opentelemetry/core';
import { verifies } from '@otelier/testkit';
import { GatheredRecords } from '../../src/pipeline/gathered-records.js';
import { PlainRecords } from '../../src/pipeline/plain-records.js';
import type { NextBatch, OwningRequest, WaitingRecords } from '../../src/pipeline/waiting-records.js';

/** What has been handed on, in its order. */
let handedOn: (readonly [number, OwningRequest | undefined])[];

/** Where they wait, with room for so many of them. */
function waiting(room: number): WaitingRecords<number> {
  const exporter = { export: () => {}, shutdown: () => Promise.resolve() };
  const plain = new PlainRecords<number>(exporter, 512);
  const add = plain.add.bind(plain);
  plain.add = (record, request) => {
    handedOn.push([record, request]);
    return handedOn.length > room ? 1 : add(record, request);
  };
  return plain;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

beforeEach(() => {
  handedOn = [];
});

describe('records that are gathered', () => {
  it('are handed on 64 at a time, in their order, with the requests of theirs', () => {
    const records = new GatheredRecords(waiting(1000), 512);
    const request = { ignored: false };
    upTo(63).forEach((record) => records.add(record, undefined));
    expect([handedOn.length, records.count]).toEqual([0, 63]);
    records.add(63, request);
    expect(handedOn.map(([record]) => record)).toEqual(upTo(64));
    expect([handedOn.at(-2), handedOn.at(-1), records.count]).toEqual([[62, undefined], [63, request], 64]);
  });

  it('are not more than go out together', () => {
    const records = new GatheredRecords(waiting(1000), 2);
    records.add(0, undefined);
    expect(handedOn).toEqual([]);
    records.add(1, undefined);
    expect(handedOn.length).toBe(2);
  });

  it('are handed on when they are taken', () => {
    const records = new GatheredRecords(waiting(1000), 512);
    upTo(3).forEach((record) => records.add(record, undefined));
    expect(records.take()).toMatchObject({ count: 3, leftOut: 0, refused: 0 } satisfies Partial<NextBatch>);
    expect(records.count).toBe(0);
  });

  verifies('X3', 'are counted when there is no room for them, whenever that is found out', () => {
    const records = new GatheredRecords(waiting(60), 512);
    expect(upTo(64).map((record) => records.add(record, undefined))).toEqual([...upTo(63).map(() => 0), 4]);
    records.add(64, undefined);
    expect(records.take()).toMatchObject({ count: 60, refused: 1 });
  });

  it('that are made while others are handed on wait for the next time', () => {
    const target = waiting(1000);
    const records = new GatheredRecords(target, 512);
    const add = target.add.bind(target);
    target.add = (record, request) => (record === 0 ? records.add(100, undefined) : 0) + add(record, request);
    records.add(0, undefined);
    expect(records.take().count).toBe(1);
    expect(records.take().count).toBe(1);
    expect(handedOn.map(([record]) => record)).toEqual([0, 100]);
  });
});

describe('a batch in which nothing was refused', () => {
  it('is given on as it is', () => {
    const results: unknown[] = [];
    const exporter = {
      export: (_: number[], done: (result: { code: ExportResultCode }) => void) => done({ code: ExportResultCode.SUCCESS }),
      shutdown: () => Promise.resolve(),
    };
    const records = new GatheredRecords(new PlainRecords<number>(exporter, 512), 512);
    records.add(1, undefined);
    records.take().export((result) => results.push(result));
    expect(results).toEqual([{ code: ExportResultCode.SUCCESS }]);
  });
});
