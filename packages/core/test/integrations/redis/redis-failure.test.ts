import { verifies } from '@otelier/testkit';
import { batchFailure, redisFailure } from '../../../src/integrations/redis/redis-failure';

class ReplyError extends Error {
  override readonly name = 'ReplyError';
}
/** As a bundler names a class beside another one of that name. */
class ErrorReply2 extends Error {}
/** As a minifier names it. */
class Tq extends Error {}
class TimeoutError extends Error {}

verifies(['D3', 'D9'], 'takes the first word of an answer of the server for its code, whatever a bundler has called the class', () => {
  const failures = [new ReplyError('WRONGTYPE not a list'), new ErrorReply2('OOM command not allowed'), new Tq('NOAUTH')];
  expect(failures.map(redisFailure)).toEqual([
    { statusCode: 'WRONGTYPE', type: 'ReplyError' },
    { statusCode: 'OOM', type: 'ErrorReply2' },
    { statusCode: 'NOAUTH', type: 'Tq' },
  ]);
});

verifies(['D3', 'D4', 'D9'], 'takes the words of no other error for a code', () => {
  const refused = { code: 'ECONNREFUSED' };
  const failures = [
    new TimeoutError('TIMEOUT after 5 s'),
    new Error('GET hunter2'),
    Object.assign(new Tq('READ hunter2'), refused),
    Object.assign(new Error('connect'), refused),
    Object.assign(new Error('connect'), { code: 'hunter2' }),
    new ReplyError('hunter2 is wrong'),
    new ReplyError(`${'X'.repeat(33)} is wrong`),
  ];
  expect(failures.map(redisFailure)).toEqual([
    { statusCode: undefined, type: 'TimeoutError' },
    { statusCode: undefined, type: 'Error' },
    { statusCode: undefined, type: 'ECONNREFUSED' },
    { statusCode: undefined, type: 'ECONNREFUSED' },
    { statusCode: undefined, type: 'Error' },
    { statusCode: undefined, type: 'ReplyError' },
    { statusCode: undefined, type: 'ReplyError' },
  ]);
});

verifies(['D9', 'X6'], 'describes whatever is thrown', () => {
  const hostile = Object.defineProperty(new Error('x'), 'name', {
    get: () => {
      throw new Error('hunter2');
    },
  });
  expect([undefined, null].map(redisFailure)).toEqual([undefined, undefined]);
  expect([7, 'hunter2', Object.create(null), hostile, { name: 'n'.repeat(100) }].map((error) => redisFailure(error)?.type)).toEqual([
    'Number',
    'String',
    '_OTHER',
    'Error',
    'n'.repeat(64),
  ]);
});

verifies('D9', 'marks a batch by the first error among its answers, alone or in a pair', () => {
  const [wrong, busy] = [new ReplyError('WRONGTYPE x'), new ReplyError('BUSY x')];
  const answers = [['OK', wrong, busy], [[null, 'OK'], [busy], [wrong]], ['OK', [null, 'OK']], [['OK', wrong]], 'OK', undefined];
  expect(answers.map((each) => batchFailure(each)?.statusCode)).toEqual(['WRONGTYPE', 'BUSY', undefined, undefined, undefined, undefined]);
});
