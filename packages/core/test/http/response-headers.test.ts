import * as http from 'node:http';
import { Socket } from 'node:net';
import { INVALID_SPAN_CONTEXT, type Attributes, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import { observeRequest, settleRequestOptions, type RequestOptions } from '../../src/adapter.js';
import { watchHeaders } from '../../src/http/response-headers.js';
import { addedByPropagation } from '../../src/http/response-propagation.js';
import { redactHeaderValue } from '../../src/redaction/header-redaction.js';
import { ANSWERS, ANSWERS_OF_HTTP2, ANSWERS_WITH_REASON, REFUSED_ANSWERS, REFUSED_REASON, type Answer } from './answer-ways.js';
import { askRaw, type HeaderLines, type Protocol, type RawAnswer } from './raw-answers.js';

/** What a client got, and what `writeHead` threw. */
interface Outcome extends RawAnswer {
  readonly error: unknown;
}

type Path = '/without' | '/captured' | '/told' | '/both';

const SETTINGS: Record<Path, RequestOptions | undefined> = {
  '/without': undefined,
  '/captured': { headers: { response: [/.*/] } },
  '/told': { responsePropagation: true },
  '/both': { responsePropagation: true, headers: { response: [/.*/] } },
};
/** Recorded only when the application sets them; Node makes its own too late. */
const OF_NODE = new Set([':status', 'connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const EXPOSED = 'traceresponse, Server-Timing';

let telemetry: TelemetryProbe;
let protocol: Protocol;
let answer: Answer;
let errors: unknown[];

beforeEach(() => {
  telemetry = new TelemetryProbe();
});
afterEach(() => telemetry.otel.shutdown());

function handle(request: http.IncomingMessage, response: http.ServerResponse): void {
  const options = SETTINGS[request.url as Path];
  if (options !== undefined) {
    const facts = { scheme: 'http', host: 'shop.example', clientAddress: undefined } as const;
    const scope = { name: 'test', version: '1' };
    observeRequest({ request, response, facts, scope }, settleRequestOptions('test', options));
  }
  try {
    answer(response);
    errors.push(undefined);
  } catch (error) {
    errors.push(describeError(error));
    if (!response.headersSent) {
      // As an error handler does; a bad reason would stay.
      if (protocol === 'HTTP/1.1') {
        response.statusMessage = '';
      }
      response.writeHead(500, { 'X-Recovered': 'yes', 'Server-Timing': 'late' });
    }
    response.end();
  }
}

/** Answers one request with each of the settings, and holds that they differ in nothing but what is to be added. */
async function exchange(): Promise<Record<Path, Outcome>> {
  errors = [];
  const paths = Object.keys(SETTINGS);
  const answers = await askRaw(protocol, handle, paths);
  const entries = paths.map((path, at) => [path, { ...answers[at], error: errors[at] }]);
  const outcomes = Object.fromEntries(entries) as Record<Path, Outcome>;
  expect(outcomes['/captured']).toEqual(outcomes['/without']);
  for (const told of [outcomes['/told'], outcomes['/both']]) {
    expect(withoutBlanks({ ...told, lines: withoutAdded(told.lines) })).toEqual(withoutBlanks(outcomes['/without']));
  }
  return outcomes;
}

function describeError(error: unknown): unknown {
  return error instanceof Error ? [error.name, error.message, Reflect.get(error, 'code')] : error;
}

/** The lines without what was added; a line that was added whole is gone. */
function withoutAdded(lines: HeaderLines): HeaderLines {
  const trace = lines.find(([name]) => name === 'traceresponse')?.[1] ?? 'no trace';
  const suffixes: Record<string, string> = {
    traceresponse: trace,
    'server-timing': `traceparent;desc="${trace}"`,
    'access-control-expose-headers': EXPOSED,
  };
  return lines.flatMap(([name, value]): HeaderLines => {
    const suffix = suffixes[name.toLowerCase()] ?? 'nothing';
    if (!value.endsWith(suffix)) {
      return [[name, value]];
    }
    return value === suffix ? [] : [[name, value.slice(0, -suffix.length).replace(/, $/, '')]];
  });
}

/** What the wire tells, as headers are recorded, without what Node made. */
function recordable(lines: HeaderLines, recorded: Attributes): Attributes {
  const headers: Record<string, string[]> = {};
  for (const [given, value] of lines) {
    const name = `http.response.header.${given.toLowerCase()}`;
    if (!OF_NODE.has(given.toLowerCase()) || name in recorded) {
      (headers[name] ??= []).push(redactHeaderValue(given, value));
    }
  }
  return headers;
}

function spanOf(path: string): ReadableSpan {
  const [span, ...others] = telemetry.spans().filter((each) => isServerSpan(each) && each.attributes['url.path'] === path);
  expect(others).toEqual([]);
  if (span === undefined) {
    throw new Error(`no span for ${path}`);
  }
  return span;
}

function recorded(path: string): Attributes {
  const entries = Object.entries(spanOf(path).attributes);
  return Object.fromEntries(entries.filter(([name]) => name.startsWith('http.response.header.')));
}

/** The members of a header that is a list, of all its lines. */
function items(lines: HeaderLines, header: string): string[] {
  return lines.filter(([name]) => name.toLowerCase() === header).flatMap(([, value]) => value.split(/, ?/));
}

/** Each way twice: what Node does with given headers depends on whether others were set before. */
function twice(ways: Record<string, Answer>): [string, Answer][] {
  return Object.entries(ways).flatMap(([way, act]): [string, Answer][] => [
    [way, act],
    [`${way}, after a header was set`, (response) => act(response.setHeader('X-Powered-By', 'Tea'))],
  ]);
}

/** The same whether nothing was there, or a line without a value. */
function withoutBlanks({ lines, ...outcome }: Outcome): Outcome {
  return { ...outcome, lines: lines.filter(([, value]) => value !== '') };
}

const VERSIONS: [Protocol, Record<string, Answer>, Record<string, Answer>][] = [
  ['HTTP/1.1', { ...ANSWERS, ...ANSWERS_WITH_REASON }, { ...REFUSED_ANSWERS, 'a line break in a reason': REFUSED_REASON }],
  ['HTTP/2', { ...ANSWERS, ...ANSWERS_OF_HTTP2 }, REFUSED_ANSWERS],
];

describe.each(VERSIONS)('a response over %s', (version, answers, refused) => {
  beforeEach(() => {
    protocol = version;
  });

  for (const [way, act] of twice(answers)) {
    verifies(['R19', 'R22'], `is sent as without Otelier, is recorded so, and tells its trace: ${way}`, async () => {
      answer = act;
      const { '/captured': captured, '/both': both } = await exchange();
      const headers = recorded('/captured');
      expect(headers).toEqual(recordable(captured.lines, headers));
      const withTrace = recorded('/both');
      expect(withTrace).toEqual(recordable(both.lines, withTrace));
      const { traceId, spanId } = spanOf('/both').spanContext();
      expect(items(both.lines, 'traceresponse')).toEqual([`00-${traceId}-${spanId}-01`]);
      expect(items(both.lines, 'server-timing')).toContain(`traceparent;desc="00-${traceId}-${spanId}-01"`);
      expect(items(both.lines, 'access-control-expose-headers')).toEqual(expect.arrayContaining(EXPOSED.split(', ')));
    });
  }

  for (const [way, act] of twice(refused)) {
    verifies(['R19', 'R22'], `fails as without Otelier, with the same answer after it: ${way}`, async () => {
      answer = act;
      await exchange();
    });
  }

  verifies('R22', 'tells its own trace in the place of the one of a service that it passes on', async () => {
    answer = (response) => response.writeHead(200, { TraceResponse: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }).end();
    const [told] = await askRaw(protocol, handle, ['/told']);
    const { traceId, spanId } = spanOf('/told').spanContext();
    expect(items(told?.lines ?? [], 'traceresponse')).toEqual([`00-${traceId}-${spanId}-01`]);
  });

  const forms: [string, () => object][] = [
    ['an object', () => ({ 'Server-Timing': ['db'] })],
    ['a flat list', () => ['Server-Timing', 'db']],
    ['a list of pairs', () => [['Server-Timing', 'db']]],
  ];
  for (const [form, create] of forms) {
    verifies(['R19', 'R22'], `leaves ${form} of the application as it is, and records what it was`, async () => {
      answer = (response) => {
        const headers = create();
        response.writeHead(200, headers as http.OutgoingHttpHeaders);
        expect(headers).toEqual(create());
        Object.keys(headers).forEach((key) => Reflect.deleteProperty(headers, key));
        response.end();
      };
      const { '/both': both } = await exchange();
      expect(both.error).toBeUndefined();
      const headers = recorded('/both');
      expect(headers).toEqual(recordable(both.lines, headers));
    });
  }

  verifies('R27', 'has its own writeHead again when its headers are sent', async () => {
    const states: unknown[] = [];
    answer = (response) => {
      response.writeHead(200);
      states.push(Object.hasOwn(response, 'writeHead'));
      response.end();
    };
    await exchange();
    expect(states).toEqual([false, false, false, false]);
  });
});

/** A response that nobody waits for. */
function lonelyResponse(): http.ServerResponse {
  return new http.ServerResponse(new http.IncomingMessage(new Socket()));
}

const SPAN: SpanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

const ENDS: Record<string, (response: http.ServerResponse, stop: () => void) => void> = {
  'that is over without headers': (_response, stop) => stop(),
  'whose headers are sent': (response) => void response.writeHead(200),
};

for (const [end, act] of Object.entries(ENDS)) {
  verifies('R27', `a response ${end} keeps neither a method nor a listener`, () => {
    const response = lonelyResponse();
    act(response, watchHeaders(response, { add: [], remember: true }));
    expect([Object.hasOwn(response, 'writeHead'), response.listenerCount('close')]).toEqual([false, 0]);
  });
}

verifies('R27', 'a response that is watched behind its headers keeps neither a method nor a listener', () => {
  const response = lonelyResponse();
  response.writeHead(200);
  watchHeaders(response, { add: [], remember: true });
  expect([Object.hasOwn(response, 'writeHead'), response.listenerCount('close')]).toEqual([false, 0]);
});

verifies(['R22', 'X6'], 'a response that takes no more headers is sent as it is', () => {
  expectDiagnostics('OTELIER_INTERNAL_ERROR');
  const response = lonelyResponse();
  response.setHeader('X-A', '1');
  response.setHeader = (): never => {
    throw new Error('no more headers');
  };
  watchHeaders(response, { add: addedByPropagation(SPAN), remember: false });
  response.writeHead(200);
  expect([response.headersSent, response.getHeaders()]).toEqual([true, { 'x-a': '1' }]);
});

verifies('R22', 'a response that is watched twice tells its trace once', () => {
  const response = lonelyResponse();
  response.setHeader('Server-Timing', 'db');
  watchHeaders(response, { add: addedByPropagation(SPAN), remember: false });
  watchHeaders(response, { add: addedByPropagation(SPAN), remember: false });
  response.writeHead(200);
  const text = `00-${SPAN.traceId}-${SPAN.spanId}-01`;
  expect(response.getHeaders()).toEqual({
    traceresponse: text,
    'server-timing': `db, traceparent;desc="${text}"`,
    'access-control-expose-headers': EXPOSED,
  });
});

verifies('R22', 'a response without a span that could be told gets no headers', () => {
  expect(addedByPropagation(INVALID_SPAN_CONTEXT)).toEqual([]);
});
