import { diag, ROOT_CONTEXT, SpanKind, trace, type Attributes, type HrTime, type Link, type Span as ApiSpan, type TimeInput } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, NodeTracerProvider, type Span } from '@opentelemetry/sdk-trace-node';
import { SpanTracerProvider } from '../../src/spans/tracer-provider.js';
import { SeededRandom } from '../sql/seeded-random.js';

const RESOURCE = resourceFromAttributes({ 'service.name': 'compared' });
const UNLIMITED = {
  attributeValueLengthLimit: Infinity,
  attributeCountLimit: 128,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};
const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'toString', 'constructor', ''];
const VALUES: readonly unknown[] = [
  'text',
  'a longer text with 💥 in it',
  '',
  0,
  -0,
  NaN,
  1.5,
  true,
  false,
  undefined,
  null,
  {},
  () => {},
  10n,
  Symbol('value'),
  ['first text', 'second text', null, undefined],
  [1, 2, 3],
  [true, null],
  [1, 'mixed'],
  [{}],
  [],
];
const NEVER = [new Date(NaN), NaN] as const;

const oneOf = <T>(random: SeededRandom, items: readonly T[]): T | undefined => items[random.below(items.length)];

type Step = (span: ApiSpan) => void;

function limits(random: SeededRandom): typeof UNLIMITED {
  const some = (): number => random.pick([0, 1, 2, 3, 128]);
  return random.below(3) === 0
    ? UNLIMITED
    : {
        attributeValueLengthLimit: random.pick([Infinity, 0, 1, 5, 30]),
        attributeCountLimit: some(),
        eventCountLimit: some(),
        linkCountLimit: some(),
        attributePerEventCountLimit: some(),
        attributePerLinkCountLimit: some(),
      };
}

function attributes(random: SeededRandom): Attributes | undefined {
  if (random.below(6) === 0) {
    return oneOf<unknown>(random, [undefined, null, 'text']) as Attributes | undefined;
  }
  const names = Array.from({ length: random.below(6) }, () => random.pick(KEYS));
  return Object.fromEntries(names.map((name) => [name, oneOf(random, VALUES)])) as Attributes;
}

const GIVEN = 1_700_000_000_000;

function time(random: SeededRandom): TimeInput {
  const millis = GIVEN + random.below(5000) + random.below(1000) / 1024;
  return random.pick<TimeInput>([millis, new Date(millis), [Math.trunc(millis / 1000), random.below(1e9)], ...NEVER]);
}

function link(random: SeededRandom): Link {
  const given = attributes(random);
  return { context: { ...PARENT, spanId: random.text('123456789abcdef', 16) }, ...(given === undefined ? {} : { attributes: given }) };
}

function step(random: SeededRandom): Step {
  const [key, value, some, other] = [random.pick(KEYS), oneOf(random, VALUES), attributes(random), time(random)];
  const [first, second] = [link(random), link(random)];
  const message = oneOf<unknown>(random, ['failed', undefined, 5]) as string;
  const code = random.below(3);
  const exception = oneOf<unknown>(random, [
    'thrown text',
    '',
    undefined,
    {},
    { code: 42, message: 'with a code' },
    { name: 'OddError', stack: 'at odd' },
    { message: 'only this' },
  ]) as Error;
  return random.pick<Step>([
    (span) => span.setAttribute(key, value as string),
    (span) => span.setAttributes(some as Attributes),
    (span) => span.addEvent('plain'),
    (span) => span.addEvent('with attributes', some),
    (span) => span.addEvent('with a time', other),
    (span) => span.addEvent('with both', some, other),
    (span) => span.addEvent('with two times', other, random.below(2) === 0 ? undefined : other),
    (span) => span.addLink(first),
    (span) => span.addLinks([first, second]),
    (span) => span.setStatus({ code, message }),
    (span) => span.updateName(key),
    (span) => span.recordException(exception),
    (span) => span.recordException(exception, other),
  ]);
}

/** All fields; the two spans have other ids, and not the same time where that is the time of now. */
function fields(span: Span): Record<string, unknown> {
  const { startTime, endTime, duration, parentSpanContext } = span;
  const { traceId, traceFlags, traceState } = span.spanContext();
  const isGiven = isOld(startTime) === isOld(endTime) && isOld(startTime);
  const plain = [
    ...(['name', 'kind', 'status', 'ended', 'attributes', 'links', 'resource', 'instrumentationScope'] as const),
    ...(['droppedAttributesCount', 'droppedEventsCount', 'droppedLinksCount', 'parentSpanContext'] as const),
  ];
  return {
    ...Object.fromEntries(plain.map((name) => [name, span[name]])),
    spanContext: [parentSpanContext === undefined ? 'new' : traceId, traceFlags, traceState],
    times: [startTime, endTime].map(shown),
    duration: isGiven ? duration : Math.round(duration[0] / 100),
    events: span.events.map((event) => ({ ...event, time: shown(event.time) })),
  };
}

function isOld([seconds]: HrTime): boolean {
  return !(seconds > GIVEN / 1000 + 10_000_000);
}

function shown(at: HrTime): unknown {
  return isOld(at) ? at : 'now';
}

const warnings: string[] = [];

beforeEach(() => {
  const silent = (): void => {};
  const warn = (message: string): void => void warnings.push(message);
  diag.setLogger({ error: silent, warn, info: silent, debug: silent, verbose: silent }, { suppressOverrideMessage: true });
});

afterEach(() => {
  diag.disable();
  warnings.length = 0;
});

describe('a recorded span', () => {
  it('has in all fields what the SDK’s has after the same was done to both, whatever the limits', () => {
    for (let seed = 1; seed <= 600; seed += 1) {
      const random = new SeededRandom(seed);
      const spanLimits = limits(random);
      const sampler = new AlwaysOnSampler();
      const listeners = { onStart: [], onEnding: [], onEnd: [] };
      const parts = { resource: RESOURCE, sampler, readsAttributes: false, limits: spanLimits, spanProcessors: [], listeners };
      const providers = [new SpanTracerProvider(parts), new NodeTracerProvider({ resource: RESOURCE, sampler, spanLimits })];
      const options = {
        ...(random.below(2) === 0 ? {} : { kind: random.pick([SpanKind.SERVER, SpanKind.CLIENT]) }),
        ...(random.below(2) === 0 ? {} : { attributes: attributes(random) as Attributes }),
        ...(random.below(2) === 0 ? {} : { startTime: time(random) }),
        ...(random.below(3) === 0 ? { links: [link(random), link(random)] } : {}),
        ...(random.below(4) === 0 ? { root: true } : {}),
      };
      const within = random.below(2) === 0 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, PARENT);
      const scope = random.pick<Parameters<NodeTracerProvider['getTracer']>>([['lib'], ['lib', '1'], ['lib', '2', { schemaUrl: 'https://schema' }]]);
      const steps = Array.from({ length: random.below(12) }, () => step(random));
      const end = random.below(2) === 0 ? undefined : time(random);
      const afterwards = Array.from({ length: random.below(3) }, () => step(random));
      const [own, reference] = providers.map((provider) => {
        const span = provider.getTracer(...scope).startSpan('named', options, within) as Span;
        [...steps, (ended: ApiSpan) => ended.end(end), ...afterwards].forEach((act) => act(span));
        return span;
      });

      expect({ seed, ...fields(own as Span) }).toEqual({ seed, ...fields(reference as Span) });
    }
  });
});
