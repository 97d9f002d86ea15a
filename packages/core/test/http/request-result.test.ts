import { verifies } from '@otelier/testkit';
import { RequestErrors } from '../../src/http/request-errors.js';
import { judgeResult, type ResponseEnd } from '../../src/http/request-result.js';

function errors(...thrown: [error: unknown, afterHeaders: boolean][]): RequestErrors {
  const all = new RequestErrors();
  thrown.forEach(([error, afterHeaders]) => all.add(error, afterHeaders));
  return all;
}

const left: ResponseEnd = { outcome: 'disconnected', headersSent: true, statusCode: 200 };

describe('the result of a request', () => {
  verifies('R8', 'is no error when the client leaves an answer in which an error was recovered', () => {
    expect(judgeResult(left, errors([new TypeError('recovered'), false]))).toEqual({
      statusCode: 200,
      errorType: 'client_disconnected',
      failed: false,
    });
  });

  verifies(['R6', 'R8'], 'is the error that broke an answer off after its headers', () => {
    expect(judgeResult(left, errors([new TypeError('broken'), true]))).toEqual({
      statusCode: 200,
      errorType: 'TypeError',
      failed: true,
    });
  });

  verifies('R8', 'is no error when an error says that the client is to blame', () => {
    const aborted = Object.assign(new Error('request aborted'), { status: 400 });
    expect(judgeResult({ ...left, headersSent: false }, errors([aborted, false]))).toEqual({
      statusCode: undefined,
      errorType: 'client_disconnected',
      failed: false,
    });
  });

  verifies('R9', 'is an error when the server broke the exchange off, of the class that it was broken off with', () => {
    const brokenOff: ResponseEnd = { ...left, outcome: 'broken-off' };
    expect(judgeResult(brokenOff, errors())).toEqual({ statusCode: 200, errorType: 'server_disconnected', failed: true });
    expect(judgeResult(brokenOff, errors([new RangeError('cut'), true]))).toEqual({ statusCode: 200, errorType: 'RangeError', failed: true });
    expect(judgeResult({ ...left, outcome: 'timed-out' }, errors())).toEqual({ statusCode: 200, errorType: 'timeout', failed: true });
  });

  verifies('R9', 'is that of a request that could not be read, whatever its handler made of it', () => {
    const refusal = { code: 'HPE_INVALID_CHUNK_SIZE', statusCode: 400 };
    const aborted: [unknown, boolean] = [new Error('aborted'), false];
    const expected = { statusCode: 400, errorType: refusal.code, failed: false };
    expect(judgeResult({ ...left, headersSent: false, refusal }, errors(aborted))).toEqual(expected);
    expect(judgeResult({ ...left, refusal }, errors(aborted))).toEqual({ ...expected, statusCode: 200 });
    const answered: ResponseEnd = { ...left, outcome: 'completed', refusal };
    expect(judgeResult(answered, errors())).toEqual({ statusCode: 200, errorType: undefined, failed: false });
  });

  verifies('R6', 'is an error without a class when a text that was thrown broke an answer off', () => {
    expect(judgeResult(left, errors(['text', true]))).toEqual({ statusCode: 200, errorType: '_OTHER', failed: true });
  });

  verifies('X6', 'keeps no more than the first errors of a request that fails over and over again', () => {
    const thrown = Array.from({ length: 20 }, (_, at): [unknown, boolean] => [new Error(String(at)), false]);
    expect(errors(...thrown).all.map(({ facts }) => facts.message)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  verifies('R5', 'is the status code where a text was thrown', () => {
    const end: ResponseEnd = { outcome: 'completed', headersSent: true, statusCode: 503 };
    expect(judgeResult(end, errors(['text', false]))).toEqual({ statusCode: 503, errorType: '503', failed: true });
  });
});
