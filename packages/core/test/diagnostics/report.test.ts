import { expectDiagnostics, verifies } from '@otelier/testkit';
import {
  clearProblems,
  listProblems,
  rearmProblem,
  reportInternalError,
  reportProblem,
  silenceProblems,
} from '../../src/diagnostics/report.js';

let told: string[];

beforeEach(() => {
  clearProblems();
  told = [];
  jest.spyOn(console, 'warn').mockImplementation((message: string) => void told.push(message));
});

afterEach(() => {
  silenceProblems(false);
  jest.restoreAllMocks();
});

describe('a problem', () => {
  it('is told with its code, what happened, what to do and where to read more', () => {
    reportProblem('OTELIER_MOUNTED_TWICE', 'It was there already.');
    expect(told).toEqual([
      '[otelier] OTELIER_MOUNTED_TWICE: It was there already. Register Otelier once in each application. ' +
        'See docs/diagnostics.md#OTELIER_MOUNTED_TWICE',
    ]);
  });

  it('is told once for each cause and counted every time', () => {
    for (const attempt of [1, 2, 3]) {
      reportProblem('OTELIER_EXPORT_FAILED', `Attempt ${attempt} failed.`, 'refused');
    }
    reportProblem('OTELIER_EXPORT_FAILED', 'It was too slow.', 'slow');
    expect(told).toHaveLength(2);
    expect(listProblems()).toEqual([
      { code: 'OTELIER_EXPORT_FAILED', message: 'Attempt 1 failed.', count: 3 },
      { code: 'OTELIER_EXPORT_FAILED', message: 'It was too slow.', count: 1 },
    ]);
  });

  it('is told again when its state has ended and come back, and goes on counting', () => {
    reportProblem('OTELIER_EXPORT_FAILED', 'It failed.', 'refused');
    rearmProblem('OTELIER_EXPORT_FAILED', 'refused');
    reportProblem('OTELIER_EXPORT_FAILED', 'It failed.', 'refused');
    expect(told).toHaveLength(2);
    expect(listProblems()).toMatchObject([{ count: 2 }]);
  });

  it('is remembered up to 50 causes of a code, which leave room for other codes', () => {
    for (const cause of Array(1000).keys()) {
      reportProblem('OTELIER_EXPORT_FAILED', `Cause ${cause}.`);
    }
    reportProblem('OTELIER_SPANS_DROPPED', 'The queue is full.');
    expect(told).toHaveLength(51);
    expect(listProblems()).toHaveLength(51);
    expect(listProblems().at(-1)).toMatchObject({ code: 'OTELIER_SPANS_DROPPED', count: 1 });
  });

  verifies('P4', 'is counted and not told while messages are silenced', () => {
    silenceProblems(true);
    reportProblem('OTELIER_MOUNTED_TWICE', 'It was there already.');
    expect(told).toEqual([]);
    expect(listProblems()).toMatchObject([{ code: 'OTELIER_MOUNTED_TWICE', count: 1 }]);
  });

  it('of Otelier itself is one cause for each place, whatever was thrown', () => {
    reportInternalError('a hook', new Error('first'));
    reportInternalError('a hook', 'second');
    reportInternalError('another hook', undefined);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^\[otelier\] OTELIER_INTERNAL_ERROR: a hook failed: Error: first\n +at /);
    expect(listProblems().map(({ count }) => count)).toEqual([2, 1]);
  });
});

describe('a message', () => {
  it('goes to the console of the process', () => {
    jest.restoreAllMocks();
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    reportProblem('OTELIER_MOUNTED_TWICE', 'It was there already.');
    expect(listProblems()).toHaveLength(1);
  });
});
