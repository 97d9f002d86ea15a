import { readServiceLine } from '../runner/service-log.mjs';

const ids = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7', trace_flags: '01' };

describe('a line that a service wrote', () => {
  it('is read as pino writes it, with its fields and its error', () => {
    const line = { level: 50, time: 1, pid: 2, hostname: 'h', ...ids, product: 'tea', err: { message: 'no' }, msg: 'failed' };

    expect(readServiceLine(JSON.stringify(line))).toEqual({
      level: 'error',
      message: 'failed  no  product=tea',
      traceId: ids.trace_id,
      spanId: ids.span_id,
      isLoud: true,
    });
  });

  it("is read as Nest's logger writes it, with the message nested", () => {
    const line = { level: 'log', pid: 2, timestamp: 1, message: { message: 'order charged', cents: 1300 }, context: 'C', ...ids };

    expect(readServiceLine(JSON.stringify(line))).toEqual({
      level: 'info',
      message: 'order charged  cents=1300',
      traceId: ids.trace_id,
      spanId: ids.span_id,
      isLoud: false,
    });
  });

  it.each(['plain words', '{not JSON'])('is shown as it is when it is no JSON: %s', (line) => {
    expect(readServiceLine(line)).toMatchObject({ message: line, traceId: undefined, isLoud: true });
  });
});
