import { describeException, errorStatusCode } from '../../src/tracing/exception.js';
import { verifies } from '@otelier/testkit';

class NamedError extends Error {
  override readonly name = 'NamedError';
}
class UnnamedError extends Error {}

describe('describeException', () => {
  verifies(['R5', 'R6'], 'names an error by its name, or by its class when it has no name of its own', () => {
    expect(describeException(new NamedError('a')).type).toBe('NamedError');
    expect(describeException(new UnnamedError('a')).type).toBe('UnnamedError');
    expect(describeException(new TypeError('a')).type).toBe('TypeError');
    expect(describeException(new Error('a'))).toMatchObject({ type: 'Error', message: 'a' });
  });

  verifies('R6', 'describes what is thrown though it is no error', () => {
    expect(describeException('text')).toEqual({ type: 'string', message: 'text', stack: undefined });
    expect(describeException(undefined)).toEqual({ type: 'undefined', message: 'undefined', stack: undefined });
    expect(describeException(Symbol('x')).message).toBe('Symbol(x)');
    expect(describeException(null).type).toBe('object');
    const hostileFunction = Object.assign(() => {}, { toString: () => { throw new Error('never'); } });
    expect(describeException(hostileFunction).type).toBe('function');
    expect(describeException({ message: 'plain' })).toMatchObject({ type: 'Object', message: 'plain' });
    expect(describeException(Object.create(null))).toEqual({ type: 'Object', message: '', stack: undefined });
  });

  verifies('R6', 'reads around getters and proxies that throw', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('never');
      },
    });
    expect(describeException(hostile)).toEqual({ type: 'Object', message: '', stack: undefined });
    expect(errorStatusCode(hostile)).toBeUndefined();
  });

  verifies(['R6', 'R20'], 'shows the URLs in message and stack without their secrets', () => {
    const url = 'https://me:hunter2@host/?token=hunter2';
    const shown = 'https://REDACTED:REDACTED@host/?token=REDACTED';
    const { message, stack } = describeException(new Error(`fetch ${url} failed`));
    expect(message).toBe(`fetch ${shown} failed`);
    expect(stack).toMatch(`Error: fetch ${shown} failed\n    at `);
    expect(describeException(`fetch ${url}`).message).toBe(`fetch ${shown}`);
    const cut = describeException(new Error(`${'x'.repeat(4077)} https://me:hunter2@host`));
    expect([cut.message, cut.stack].join()).not.toContain('hunter');
  });

  verifies('R6', 'bounds what an error says', () => {
    const { message, stack } = describeException(new Error('x'.repeat(100_000)));
    expect(message).toHaveLength(4096);
    expect(stack).toHaveLength(16_384);
  });
});
