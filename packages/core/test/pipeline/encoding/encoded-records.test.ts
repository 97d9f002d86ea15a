import type { Attributes } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { decodeTraceRequest, verifies } from '@otelier/testkit';
import type { DeliveryResult } from '../../../src/pipeline/delivery-result.js';
import { ENCODED_DIVISION } from '../../../src/pipeline/divisions.js';
import type { EncodedBatch } from '../../../src/pipeline/encoding/encoded-batch.js';
import { EncodedRecords } from '../../../src/pipeline/encoding/encoded-records.js';
import { SPAN_ENCODING } from '../../../src/pipeline/encoding/signal-encoding.js';
import { SizedDelivery } from '../../../src/pipeline/sized-delivery.js';
import type { NextBatch } from '../../../src/pipeline/waiting-records.js';
import { generatedSpan } from './generated-records.js';
import { GeneratedValues } from './generated-values.js';

const PLAIN = { attributes: {}, events: [], links: [], droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 };
const SHOP = { name: 'shop' };

function span(name: string, view: Partial<ReadableSpan> = {}): ReadableSpan {
  return { ...generatedSpan(new GeneratedValues(1)), ...PLAIN, instrumentationScope: SHOP, name, ...view };
}

/** The scopes of the requests, each with the names of its spans. */
let sent: string[];
let records: EncodedRecords<ReadableSpan>;

function setUp(limits = { maxBatchSize: 3, maxQueueBytes: 1_000_000 }): void {
  sent = [];
  const transport = {
    send: (body: Uint8Array) => {
      const scopes = decodeTraceRequest(body).resourceSpans?.flatMap(({ scopeSpans }) => scopeSpans ?? []) ?? [];
      sent.push(scopes.map(({ scope, spans }) => `${scope?.name}: ${spans?.map(({ name }) => name).join(' ')}`).join(', '));
      return Promise.resolve({ status: 'success' } as const);
    },
    shutdown: () => {},
  };
  const { deserializeResponse } = SPAN_ENCODING;
  const serializer = { serializeRequest: (batch: EncodedBatch) => batch.body(), deserializeResponse };
  const delivery = new SizedDelivery({ serializer, division: ENCODED_DIVISION, transport, maxRequestBytes: 1e6, timeoutMillis: 1e3 });
  records = new EncodedRecords(SPAN_ENCODING, delivery, limits);
}

function exported(batch: NextBatch): Promise<DeliveryResult> {
  return new Promise((resolve) => batch.export(resolve));
}

/** Sends all that waits; [taken, left out] of each batch. */
async function sendAll(): Promise<(readonly [number, number])[]> {
  const batches: (readonly [number, number])[] = [];
  while (records.count > 0) {
    const batch = records.take();
    batches.push([batch.count, batch.leftOut]);
    await exported(batch);
  }
  return batches;
}

beforeEach(() => setUp());

describe('spans that wait as protobuf', () => {
  it('go out in batches, in their order, and each scope is told once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const hasBatch = names.map((name) => {
      expect(records.add(span(name, name === 'b' ? { instrumentationScope: { name: 'pg' } } : {}), undefined)).toBe(0);
      return records.hasBatch;
    });
    expect(hasBatch).toEqual([false, false, true, true, true]);
    expect(await sendAll()).toEqual([[3, 0], [2, 0]]);
    expect(sent).toEqual(['shop: a c, pg: b', 'shop: d e']);
    expect([records.count, records.hasBatch]).toEqual([0, false]);
  });

  it('are as they were when they were added', async () => {
    const changing = { ...span('before') };
    records.add(changing, undefined);
    changing.name = 'after';
    await sendAll();
    expect(sent).toEqual(['shop: before']);
  });

  it('stay behind when the request of theirs turns out to be ignored', async () => {
    const request = { ignored: false };
    records.add(span('a'), request);
    records.add(span('b'), { ignored: false });
    records.add(span('c'), request);
    records.add(span('d'), request);
    request.ignored = true;
    expect(await sendAll()).toEqual([[1, 2], [0, 1]]);
    expect(sent).toEqual(['shop: b']);
  });

  verifies('X4', 'have one in their batch that can not be written counted, and nothing of it is told', async () => {
    const secret = (): never => {
      throw new Error('secret of a record');
    };
    records.add(span('a'), undefined);
    records.add(span('b', { spanContext: secret }), undefined);
    records.add(span('c'), undefined);
    expect(await exported(records.take())).toEqual({
      code: ExportResultCode.FAILED,
      failed: 1,
      error: new Error('a record could not be serialised'),
    });
    records.add(span('d', { spanContext: secret }), undefined);
    expect(await exported(records.take())).toMatchObject({ code: ExportResultCode.FAILED, failed: 1 });
    expect(sent).toEqual(['shop: a c']);
    const hasBatch = ['e', 'f', 'g'].map((name) => {
      records.add(span(name, { spanContext: secret }), undefined);
      return records.hasBatch;
    });
    expect(hasBatch).toEqual([false, false, true]);
  });

  verifies('X3', 'have no more bytes than there is room for', async () => {
    setUp({ maxBatchSize: 3, maxQueueBytes: 10_000 });
    const large = (): number => records.add(span('large', { attributes: { note: 'x'.repeat(3000) } }), undefined);
    expect([large(), large(), large(), large(), large()]).toEqual([0, 0, 0, 1, 1]);
    expect(records.add(span('small'), undefined)).toBe(0);
    expect(await sendAll()).toEqual([[3, 0], [1, 0]]);
    expect([large(), records.count]).toEqual([0, 1]);
  });

  it('go out before they are many when they are large', () => {
    setUp({ maxBatchSize: 512, maxQueueBytes: 10_000_000 });
    records.add(span('large', { attributes: { note: 'x'.repeat(2 ** 20) } }), undefined);
    expect(records.hasBatch).toBe(true);
  });

  it('are whole when one ends while another is written', async () => {
    const inner = span('inner');
    const attributes: Attributes = {
      get note() {
        records.add(inner, undefined);
        return 'outer note';
      },
    };
    records.add(span('a'), undefined);
    records.add(span('outer', { attributes }), undefined);
    expect(records.count).toBe(3);
    await sendAll();
    expect(sent).toEqual(['shop: inner', 'shop: a outer']);
  });

  verifies('X3', 'have no more bytes than there is room for, those included that end while another is written', async () => {
    setUp({ maxBatchSize: 10, maxQueueBytes: 10_000 });
    const large = (name: string): ReadableSpan => span(name, { attributes: { note: 'x'.repeat(6000) } });
    const attributes: Attributes = {
      get note() {
        return records.add(large('inner'), undefined);
      },
    };
    expect(records.add(span('outer', { attributes }), undefined)).toBe(0);
    expect(records.add(large('refused'), undefined)).toBe(1);
    await sendAll();
    expect(records.add(large('later'), undefined)).toBe(0);
    expect([sent, records.count]).toEqual([['shop: inner', 'shop: outer'], 1]);
  });

  it('have no end of a value that contains itself', async () => {
    const circle: Record<string, unknown> = { name: 'x' };
    circle['self'] = [circle];
    records.add(span('a', { attributes: circle as Attributes }), undefined);
    expect(await exported(records.take())).toMatchObject({ code: ExportResultCode.SUCCESS });
    expect(sent).toEqual(['shop: a']);
  });

  it('can have names and times that are none', async () => {
    const odd = { kind: 1, startTime: [Number.NaN, -1], endTime: [-5, 0.5] } as unknown as Partial<ReadableSpan>;
    records.add(span(7 as unknown as string, odd), undefined);
    records.add(span(undefined as unknown as string, odd), undefined);
    await sendAll();
    expect(sent).toEqual(['shop: 7 undefined']);
  });

  it('are nothing to send when none waits', () => {
    expect(records.take()).toMatchObject({ count: 0, leftOut: 0 });
  });
});
