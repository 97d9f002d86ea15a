import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { AlwaysOnSampler, NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { ConsolePrinter } from '../../src/console/console-printer.js';

function mustSucceed({ code, error }: ExportResult): void {
  if (code !== ExportResultCode.SUCCESS) {
    throw error ?? new Error('the export failed');
  }
}

/** Spans of one trace with known times, as their names and parents say. */
class Stage {
  readonly pages: string[] = [];
  readonly printer: ConsolePrinter;
  private readonly tracer = new NodeTracerProvider({ sampler: new AlwaysOnSampler() }).getTracer('test');

  constructor(options: { readonly quiet?: boolean; readonly colored?: boolean; readonly traces?: boolean } = {}) {
    const { traces = true, ...printing } = options;
    this.printer = new ConsolePrinter({ quiet: false, colored: false, print: (lines) => this.pages.push(lines), ...printing });
    if (traces) {
      this.printer.expectSpans();
    }
  }

  begin(name: string, parent?: Span, options: object = {}): Span {
    const within = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return this.tracer.startSpan(name, { startTime: [100, 0], ...options }, within);
  }

  /** Ends spans in this order, each after 12.5 ms, and hands them over as one batch. */
  end(...spans: Span[]): void {
    spans.forEach((span) => span.end([100, 12_500_000]));
    this.printer.spans.export(spans as unknown as ReadableSpan[], mustSucceed);
  }

  log(record: { readonly span?: Span; readonly body: unknown; readonly severityText?: string; readonly severityNumber?: number; readonly attributes?: object }): void {
    const { span, ...rest } = record;
    const made = { attributes: {}, ...rest, spanContext: span?.spanContext() } as unknown as ReadableLogRecord;
    this.printer.logs.export([made], mustSucceed);
  }

  /** Everything that was printed, with the ids of traces left out. */
  get text(): string {
    return this.pages.join('\n').replaceAll(/[0-9a-f]{32}/g, 'ID');
  }
}

describe('the console', () => {
  verifies('P6', 'prints a trace as one tree when its local root ends', () => {
    const stage = new Stage();
    const root = stage.begin('GET /orders/:id', undefined, {
      kind: SpanKind.SERVER,
      attributes: { 'http.route': '/orders/:id', 'http.request.method': 'GET', 'http.response.status_code': 200, 'user.id': 'ada' },
    });
    const query = stage.begin('SELECT orders', root, {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop|public', 'db.query.text': 'SELECT ?' },
    });
    const call = stage.begin('charge', root, { startTime: [100, 1], attributes: { 'order.items': 3 } });
    const request = stage.begin('POST', call, {
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': 'POST', 'url.full': 'http://pay/charges', 'http.response.status_code': 201 },
    });
    stage.end(query);
    stage.end(request, call);
    expect(stage.pages).toEqual([]);
    stage.end(root);
    expect(stage.text).toBe(
      [
        'GET /orders/:id → 200  12.5 ms  user.id=ada  trace ID',
        '├─ SELECT orders  12.5 ms  postgresql shop|public',
        '└─ charge  12.5 ms  order.items=3',
        '   └─ POST → 201  12.5 ms  http://pay/charges',
      ].join('\n'),
    );
  });

  verifies('P6', 'shows errors with message and where they were thrown', () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const work = stage.begin('charge', root);
    work.recordException({ name: 'CardError', message: 'declined\nby the bank', stack: 'CardError: declined\n    at charge (/app/card.js:3:9)\n    at next' });
    work.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
    root.setStatus({ code: SpanStatusCode.ERROR });
    root.setAttribute('error.type', '500');
    stage.end(work, root);
    expect(stage.text).toBe(
      [
        '✗ GET /  12.5 ms  trace ID',
        '│  500',
        '└─ ✗ charge  12.5 ms',
        '      CardError: declined\\u{a}by the bank',
        '      at charge (/app/card.js:3:9)',
      ].join('\n'),
    );
  });

  verifies('P6', 'prints one line for each trace in quiet mode', () => {
    const stage = new Stage({ quiet: true });
    const [root, other] = [stage.begin('GET /'), stage.begin('job')];
    const work = stage.begin('charge', root);
    root.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
    stage.end(work, root, other);
    expect(stage.text).toBe('✗ GET /  12.5 ms  declined  2 spans, 1 error  trace ID\njob  12.5 ms  1 span  trace ID');
  });

  verifies('P6', 'appends spans that end after their root', () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const late = stage.begin('send mail', root);
    const beneath = stage.begin('connect', late);
    stage.end(root);
    stage.end(beneath);
    stage.end(late);
    expect(stage.text).toBe('GET /  12.5 ms  trace ID\nsend mail  12.5 ms  late, trace ID\n└─ connect  12.5 ms');
  });

  verifies('P6', 'puts a span that ends behind its root in the same moment into the tree', () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const child = stage.begin('child', root);
    stage.end(root, child);
    expect(stage.text).toBe('GET /  12.5 ms  trace ID\n└─ child  12.5 ms');
  });

  verifies('P6', 'takes a span with a caller elsewhere for a root of its own', () => {
    const stage = new Stage();
    const caller = stage.begin('GET');
    const remote = trace.wrapSpanContext({ ...caller.spanContext(), isRemote: true });
    const server = stage.begin('GET /inner', remote);
    stage.end(server);
    stage.end(caller);
    expect(stage.text).toBe('GET /inner  12.5 ms  trace ID\nGET  12.5 ms  trace ID');
  });

  verifies(['P6', 'L2'], 'prints log records beneath their spans, and others at once', () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const work = stage.begin('charge', root);
    stage.log({ body: 'listening', severityText: 'info' });
    stage.log({ span: work, body: 'retrying', severityText: 'WARN', severityNumber: 13, attributes: { attempt: 2 } });
    stage.log({ span: root, body: { total: 5 } });
    stage.end(work, root);
    stage.log({ span: root, body: 'too late', severityText: 'ERROR', severityNumber: 17 });
    stage.log({ span: trace.wrapSpanContext({ ...root.spanContext(), traceFlags: TraceFlags.NONE }), body: 'unsampled' });
    expect(stage.text).toBe(
      [
        '● INFO listening',
        'GET /  12.5 ms  trace ID',
        '│  ● LOG {"total":5}',
        '└─ charge  12.5 ms',
        '      ● WARN retrying attempt=2',
        '● ERROR too late  trace ID',
        '● LOG unsampled  trace ID',
      ].join('\n'),
    );
  });

  verifies(['P7', 'L2'], 'prints log records at once where no spans come, and in quiet mode', () => {
    for (const options of [{ traces: false }, { quiet: true }]) {
      const stage = new Stage(options);
      const root = stage.begin('GET /');
      stage.log({ span: root, body: 'first', severityText: 'info' });
      stage.log({ body: 'second', severityText: 'info' });
      expect(stage.text).toBe('● INFO first  trace ID\n● INFO second');
      stage.end(root);
      expect(stage.pages[2]).toMatch(/^GET \/ {2}12\.5 ms {2}/);
      expect(stage.pages).toHaveLength(3);
    }
  });

  verifies(['P6', 'L2'], 'takes the log records that are on their way before it prints a tree', () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const underWay = ['first', 'second'];
    stage.printer.beforeTrees(() => underWay.splice(0).forEach((body) => stage.log({ span: root, body })));
    stage.end(root);
    expect(stage.text).toBe('GET /  12.5 ms  trace ID\n   ● LOG first\n   ● LOG second');
    underWay.push('third');
    stage.printer.printOpen();
    expect(stage.pages[1]).toMatch(/^● LOG third/);
  });

  verifies(['P6', 'S2'], 'prints the log records of a trace of which no span comes, after a time', () => {
    jest.useFakeTimers();
    try {
      const stage = new Stage();
      const [lost, busy] = [stage.begin('lost'), stage.begin('busy')];
      stage.log({ span: lost, body: 'of a trace that is not kept' });
      jest.advanceTimersByTime(6000);
      stage.end(stage.begin('child', busy));
      stage.log({ span: busy, body: 'of a trace that goes on' });
      const later = stage.begin('later');
      stage.log({ span: later, body: 'of a trace that has just begun' });
      jest.advanceTimersByTime(5000);
      expect(stage.text).toBe('● LOG of a trace that is not kept  trace ID');
      jest.advanceTimersByTime(30_000);
      expect(stage.pages.slice(1)).toEqual([expect.stringMatching(/^● LOG of a trace that has just begun {2}trace /)]);
      expect(jest.getTimerCount()).toBe(0);
      stage.end(busy);
      expect(stage.pages[2]).toContain('● LOG of a trace that goes on');
    } finally {
      jest.useRealTimers();
    }
  });

  verifies(['P6', 'X6'], 'has room again for records that it has printed after a time', () => {
    jest.useFakeTimers();
    try {
      const stage = new Stage();
      const lost = stage.begin('lost');
      Array.from({ length: 1500 }, () => stage.log({ span: lost, body: 'lost' }));
      jest.advanceTimersByTime(20_000);
      expect(stage.pages).toHaveLength(1500);
      const root = stage.begin('root');
      stage.end(...Array.from({ length: 600 }, () => stage.begin('child', root)));
      expect(stage.pages).toHaveLength(1500);
    } finally {
      jest.useRealTimers();
    }
  });

  verifies(['P6', 'X6'], 'lets no control character reach the terminal', () => {
    const hostile = 'a\u001b[31mred\u0007\r\nb\u202egnp.exe\u2028\ud800';
    const stage = new Stage();
    const root = stage.begin(hostile, undefined, { attributes: { [hostile]: hostile, 'url.path': hostile } });
    root.recordException({ name: hostile, message: hostile, stack: `at ${hostile}` });
    stage.log({ span: root, body: hostile, severityText: hostile, attributes: { [hostile]: { deep: hostile } } });
    stage.end(root);
    expect(stage.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202e\u2028]/u);
    expect(stage.text.split('\n')).toHaveLength(4);
    expect(stage.text).toContain('a\\u{1b}[31mred\\u{7}\\u{d}\\u{a}b\\u{202e}gnp.exe\\u{2028}\\u{d800}');
  });

  verifies(['P6', 'X6'], 'shows long texts in part, and values of any kind', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const stage = new Stage();
    const root = stage.begin('n'.repeat(100_000), undefined, { attributes: { list: ['a', 'b'], long: 'v'.repeat(100_000) } });
    stage.log({ span: root, body: cyclic, attributes: { big: 1n } });
    stage.log({ span: root, body: undefined });
    stage.end(root);
    expect(stage.text.length).toBeLessThan(500);
    expect(stage.text).toContain('list=["a","b"]');
    expect(stage.text).toContain('● LOG [unreadable] big=1');
  });

  verifies(['P6', 'X6'], 'keeps a bounded number of spans, and prints the oldest trace when there are more', () => {
    const stage = new Stage();
    const [first, second] = [stage.begin('first'), stage.begin('second')];
    const children = Array.from({ length: 1500 }, (_, index) => stage.begin(`child ${index}`, first));
    stage.end(...children);
    expect(stage.pages).toEqual([]);
    stage.end(...Array.from({ length: 501 }, (_, index) => stage.begin(`other ${index}`, second)));
    expect(stage.pages).toHaveLength(1);
    expect(stage.text).toContain('child 0  12.5 ms  incomplete, trace ID\nchild 1  12.5 ms\n');
    stage.end(first, second);
    expect(stage.pages).toHaveLength(2);
    expect(stage.pages[1]?.split('\n')).toHaveLength(1 + 1 + 501);
  });

  verifies('P6', 'has room again for what was printed', () => {
    const stage = new Stage();
    stage.end(...Array.from({ length: 2500 }, (_, index) => stage.begin(`job ${index}`)));
    const root = stage.begin('GET /');
    stage.end(stage.begin('child', root));
    expect(stage.text).not.toContain('incomplete');
    stage.end(root);
    expect(stage.text).toMatch(/GET \/ .*\n└─ child .*$/);
  });

  verifies(['P6', 'X6'], 'prints a trace that is very deep', () => {
    const stage = new Stage();
    const spans = [stage.begin('root')];
    for (let depth = 0; depth < 1900; depth += 1) {
      spans.push(stage.begin('deeper', spans.at(-1)));
    }
    stage.end(...spans.toReversed());
    const lines = stage.text.split('\n');
    expect(lines).toHaveLength(1901);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(100);
    expect(lines.at(-1)).toMatch(/^… +└─ deeper/);
  });

  verifies('P6', 'prints what has no root yet when the process ends', async () => {
    const stage = new Stage();
    const root = stage.begin('GET /');
    const child = stage.begin('child', root);
    stage.end(child);
    stage.log({ span: root, body: 'open' });
    stage.printer.printOpen();
    expect(stage.text).toBe('child  12.5 ms  incomplete, trace ID\n● LOG open');
    await stage.printer.spans.shutdown();
    expect(stage.pages).toHaveLength(1);
  });

  verifies('P6', 'paints names and errors where it prints in colours', () => {
    const stage = new Stage({ colored: true });
    const root = stage.begin('GET /');
    const failed = stage.begin('failed', root);
    failed.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
    stage.end(failed, root);
    expect(stage.text).toContain('\u001b[1mGET /\u001b[22m');
    expect(stage.text).toContain('\u001b[31m✗ failed\u001b[39m');
    expect(stage.text).toContain('\u001b[31mbroken\u001b[39m');
  });

  it('takes the records of the real logger provider', () => {
    const stage = new Stage();
    const records: ReadableLogRecord[] = [];
    const done = (): Promise<void> => Promise.resolve();
    const provider = new LoggerProvider({
      processors: [{ onEmit: (record) => void records.push(record), forceFlush: done, shutdown: done }],
    });
    provider.getLogger('test').emit({ body: 'hello', severityNumber: 9, severityText: 'INFO' });
    stage.printer.logs.export(records, () => {});
    expect(stage.text).toBe('● INFO hello');
  });
});
