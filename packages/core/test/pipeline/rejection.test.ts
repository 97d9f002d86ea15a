import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { verifies } from '@otelier/testkit';
import { readRejection } from '../../src/pipeline/rejection.js';

describe('what a destination says that it has rejected', () => {
  for (const [answer, expected] of [
    ['{"partialSuccess":{"rejectedSpans":"2","errorMessage":"old"}}', { records: 2, error: new Error('it rejected a part of a request (old)') }],
    ['{"partialSuccess":{"rejectedDataPoints":3}}', { records: 3, error: new Error('it rejected a part of a request') }],
    ['{"partialSuccess":{"rejectedSpans":"0","errorMessage":"a hint"}}', undefined],
    ['{"partialSuccess":{"rejectedSpans":"many"}}', undefined],
    ['{"partialSuccess":[]}', undefined],
    ['{"partialSuccess":null}', undefined],
  ] as const) {
    verifies('P5', `is read as a number, and as none from anything else: ${answer}`, () => {
      expect(readRejection(JsonTraceSerializer, Buffer.from(answer))).toEqual(expected);
    });
  }
});
