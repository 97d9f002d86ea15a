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

  verifies('R5', 'is the status code where a text was thrown', () => {
    const end: ResponseEnd = { outcome: 'completed', headersSent: true, statusCode: 503 };
    expect(judgeResult(end, errors(['text', false]))).toEqual({ statusCode: 503, errorType: '503', failed: true });
  });
});
