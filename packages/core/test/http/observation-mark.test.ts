import type { IncomingMessage } from 'node:http';
import { observationOf, rememberObservation } from '../../src/http/observation-mark.js';
import type { RequestObservation } from '../../src/http/request-observation.js';

interface MarkModule {
  readonly observationOf: typeof observationOf;
}

const asRequest = (value: unknown): IncomingMessage => value as IncomingMessage;
const observation = (): RequestObservation => ({}) as RequestObservation;

describe('the observation of a request', () => {
  it('is found by the request alone, and leaves no trace on it', () => {
    const request = asRequest(Object.freeze({ url: '/' }));
    const own = observation();
    rememberObservation(request, own);
    expect(observationOf(request)).toBe(own);
    expect(Reflect.ownKeys(request)).toEqual(['url']);
    expect(observationOf(asRequest(structuredClone({ url: '/' })))).toBeUndefined();
    expect(observationOf(asRequest(Object.create(request)))).toBeUndefined();
  });

  it('is the last one that was remembered', () => {
    const request = asRequest({});
    const [first, second] = [observation(), observation()];
    rememberObservation(request, first);
    rememberObservation(request, second);
    expect(observationOf(request)).toBe(second);
  });

  it('is found by another copy of the package', () => {
    const request = asRequest({});
    const own = observation();
    rememberObservation(request, own);
    let copy: MarkModule | undefined;
    jest.isolateModules(() => {
      copy = jest.requireActual<MarkModule>('../../src/http/observation-mark.js');
    });
    expect(copy?.observationOf).not.toBe(observationOf);
    expect(copy?.observationOf(request)).toBe(own);
  });

  it.each([undefined, null, 'text', 1])('is none for %p', (value) => {
    expect(observationOf(asRequest(value))).toBeUndefined();
  });
});
