import { setupTestTelemetry } from '@otelier/core/testing';
import { lazily } from '../src/lazily.js';

describe('a file that is loaded when it is used', () => {
  it('is loaded once', () => {
    const load = jest.fn(() => ({}));
    const ask = lazily(load);
    expect(load).not.toHaveBeenCalled();
    expect(ask()).toBe(ask());
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is loaded with the set-up within Jest, which has no require any more when a test file is over', async () => {
    const inner = jest.fn(() => ({}));
    const outer = jest.fn(() => ({ inner: lazily(inner) }));
    lazily(outer);
    const telemetry = setupTestTelemetry();
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([1, 1]);
    await telemetry.shutdown();
  });
});
