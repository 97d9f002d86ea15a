import { startOtlpSink, verifies, type OtlpSink, type ReceivedSpan } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

function named(name: string): ReceivedSpan | undefined {
  return sink.spans().find((span) => span.name === name);
}

const exception = {
  'exception.type': 'RangeError',
  'exception.message': 'out of everything',
  'exception.stacktrace': expect.stringContaining('crash.mjs'),
};

verifies('X2', 'records a crash on the request and the span in which it happened, and as a log record', async () => {
  const { code, stderr } = await (await startProcess('lifecycle/crash.mjs', { endpoint: sink.url })).exit;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('RangeError: out of everything') });
  expect(named('GET /crashing')).toMatchObject({
    kind: 'SERVER',
    status: { code: 'ERROR', message: 'out of everything' },
    attributes: { 'error.type': 'RangeError' },
    events: [{ name: 'exception', attributes: exception }],
  });
  expect(named('doomed work')).toMatchObject({
    status: { code: 'ERROR', message: 'out of everything' },
    attributes: { 'error.type': 'RangeError' },
    events: [{ name: 'exception', attributes: exception }],
  });
  expect(sink.logs()).toMatchObject([
    {
      severityText: 'FATAL',
      severityNumber: 21,
      body: 'uncaughtException: RangeError: out of everything',
      attributes: exception,
      spanId: named('doomed work')?.spanId,
    },
  ]);
});

const outer = {
  status: { code: 'ERROR', message: 'out of everything' },
  attributes: { 'error.type': 'RangeError' },
  events: [],
};

verifies('X2', 'ends the open spans around a crash as failed, with the exception on the innermost alone', async () => {
  await (await startProcess('lifecycle/crash.mjs', { endpoint: sink.url })).exit;
  expect(named('outer work')).toMatchObject(outer);
  expect(named('scheduling')).toMatchObject({ status: { code: 'UNSET' }, events: [] });
  expect(sink.spans().map(({ name }) => name).toSorted()).toEqual([
    'GET /crashing',
    'GET /waiting',
    'doomed work',
    'outer work',
    'scheduling',
  ]);
});

verifies('X2', 'ends the open spans around a crash when the span that began the work is over', async () => {
  await (await startProcess('lifecycle/crash.mjs', { args: ['too late'], endpoint: sink.url })).exit;
  expect(named('doomed work')).toMatchObject({ status: { code: 'UNSET' }, events: [] });
  expect(named('outer work')).toMatchObject({ ...outer, events: [{ name: 'exception', attributes: exception }] });
  expect(named('GET /crashing')).toMatchObject({ status: { code: 'ERROR' } });
});

verifies('X2', 'ends the other requests as broken off by the end of the process', async () => {
  await (await startProcess('lifecycle/crash.mjs', { endpoint: sink.url })).exit;
  expect(named('GET /waiting')).toMatchObject({
    status: { code: 'UNSET' },
    attributes: { 'error.type': 'process_ended' },
    events: [],
  });
});

verifies('X2', 'records the error on its request when a handler of the application ends the process', async () => {
  const { code } = await (await startProcess('lifecycle/crash.mjs', { args: ['handled'], endpoint: sink.url })).exit;
  expect(code).toBe(9);
  expect(named('GET /crashing')).toMatchObject({ status: { code: 'ERROR' }, events: [{ attributes: exception }] });
  expect(sink.logs()).toMatchObject([{ severityText: 'ERROR', attributes: exception }]);
});
