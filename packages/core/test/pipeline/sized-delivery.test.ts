import { ExportResultCode } from '@opentelemetry/core';
import { verifies } from '@otelier/testkit';
import type { DeliveryResult } from '../../src/pipeline/delivery-result.js';
import { listDivision } from '../../src/pipeline/divisions.js';
import { SizedDelivery, type RequestSerializer } from '../../src/pipeline/sized-delivery.js';

/** Each record is a byte; 0 can't be serialised, 255 comes to nothing. */
class ByteSerializer implements RequestSerializer<number[]> {
  takenBack = 0;

  serializeRequest(records: number[]): Uint8Array | undefined {
    if (records.includes(0)) {
      throw new Error('secret of a record');
    }
    return records.includes(255) ? undefined : Uint8Array.from(records);
  }

  deserializeResponse(data: Uint8Array): unknown {
    return JSON.parse(Buffer.from(data).toString());
  }

  takeBack(): void {
    this.takenBack += 1;
  }
}

interface Delivered {
  readonly result: DeliveryResult;
  readonly requests: readonly (readonly number[])[];
  readonly serializer: ByteSerializer;
}

/** Errors by what the test calls them. */
const REFUSALS: Readonly<Record<string, Error>> = {
  refused: new Error('refused'),
  'too large': Object.assign(new Error('Payload Too Large'), { code: 413 }),
  'too large for gRPC': Object.assign(new Error('grpc: received message larger than max (5000000 vs. 4194304)'), {
    code: 'gRPC status RESOURCE_EXHAUSTED',
  }),
  'out of quota': Object.assign(new Error('quota'), { code: 'gRPC status RESOURCE_EXHAUSTED' }),
};

function deliver(records: number[], answers: readonly string[] = []): Promise<Delivered> {
  const serializer = new ByteSerializer();
  const requests: number[][] = [];
  const transport = {
    send: (body: Uint8Array) => {
      const answer = answers[requests.length] ?? '{}';
      requests.push([...body]);
      return Promise.resolve(
        answer.startsWith('{') || !(answer in REFUSALS)
          ? ({ status: 'success', data: Buffer.from(answer) } as const)
          : ({ status: 'failure', error: REFUSALS[answer] ?? new Error(answer) } as const),
      );
    },
    shutdown: () => {},
  };
  const delivery = new SizedDelivery({ serializer, division: listDivision<number>(), transport, maxRequestBytes: 3, timeoutMillis: 1000 });
  return new Promise((resolve) => {
    delivery.export(records, (result) => resolve({ result, requests, serializer }));
    // Whoever ends the process finds all of them with the transport at once.
    expect(requests.flat()).toEqual(records.filter((record) => record !== 0 && record !== 255));
  });
}

const FAILED = ExportResultCode.FAILED;

describe('the delivery of a batch', () => {
  verifies('X4', 'is one request where that is small enough', async () => {
    const { result, requests, serializer } = await deliver([1, 2, 3]);
    expect([result, requests, serializer.takenBack]).toEqual([{ code: ExportResultCode.SUCCESS, failed: 0, trimmed: 0 }, [[1, 2, 3]], 0]);
  });

  verifies('X4', 'is several requests in the order of the records where it is not', async () => {
    const { result, requests, serializer } = await deliver([1, 2, 3, 4, 5, 6, 7]);
    expect([result.failed, requests, serializer.takenBack]).toEqual([0, [[1, 2, 3], [4, 5], [6, 7]], 2]);
  });

  verifies('X4', 'leaves out the records that can not be serialised, and nothing of them is told', async () => {
    const { result, requests } = await deliver([1, 0, 2, 255]);
    expect(result).toEqual({ code: FAILED, failed: 2, trimmed: 0, error: new Error('a record could not be serialised') });
    expect(requests).toEqual([[1], [2]]);
  });

  verifies('X3', 'counts what one of the requests was refused for, and what was rejected of another', async () => {
    const rejected = '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"old"}}';
    const { result } = await deliver([1, 2, 3, 4, 5, 6, 7], ['{}', 'refused', rejected]);
    expect(result).toEqual({ code: FAILED, failed: 4, trimmed: 0, error: new Error('refused') });
  });

  verifies('X3', 'counts no more as rejected than was sent, and nothing for an answer that makes no sense', async () => {
    const counts = ['99', '-1', 'NaN', 'null', '"x"', '{}', '[]'].map(async (count) => {
      const { result } = await deliver([1], [`{"partialSuccess":{"rejectedDataPoints":${count}}}`]);
      return result.failed;
    });
    expect(await Promise.all(counts)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    for (const answer of ['', 'garbage', 'null', '[]', '{"partialSuccess":7}']) {
      expect((await deliver([1], [answer])).result.failed).toBe(0);
    }
  });

  for (const refusal of ['too large', 'too large for gRPC']) {
    verifies(['X3', 'X4'], `sends the halves of a request that is ${refusal}, and counts what stays too large`, async () => {
      const { result, requests } = await deliver([1, 2, 3], [refusal, refusal, '{}']);
      expect(requests).toEqual([[1, 2, 3], [1], [2, 3]]);
      expect(result).toEqual({ code: FAILED, failed: 1, trimmed: 0, error: REFUSALS[refusal] });
    });
  }

  verifies('X3', 'is not sent in parts to a destination whose quota is exhausted', async () => {
    const { result, requests } = await deliver([1, 2, 3], ['out of quota']);
    expect([requests, result.failed]).toEqual([[[1, 2, 3]], 3]);
  });
});
