import { ROOT_CONTEXT, SpanKind, type Attributes } from '@opentelemetry/api';
import { AlwaysOnSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { verifies } from '@otelier/testkit';
import { writeSpan } from '../../src/pipeline/encoding/span-encoding.js';
import { ProtobufWriter } from '../../src/pipeline/encoding/protobuf-writer.js';
import { SpanTracerProvider } from '../../src/spans/tracer-provider.js';
import type * as Parts from '../../src/tracing/attribute-parts.js';
import { SharedAttributes, type PartedAttributes } from '../../src/tracing/attribute-parts.js';
import type * as OwnTracing from '../../src/tracing/own-tracer.js';
import { setOwnAttributes, startOwnSpan, type OwnAttributes } from '../../src/tracing/own-tracer.js';

const LIMITS = {
  attributeValueLengthLimit: Infinity,
  attributeCountLimit: 128,
  linkCountLimit: 128,
  eventCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

const SERVER = new SharedAttributes({ 'url.scheme': 'http', 'server.port': 80 });

type PartedSpan = ReadableSpan & PartedAttributes & { setAttribute(name: string, value: string): void };

function providerWith(limits: Partial<typeof LIMITS> = {}): SpanTracerProvider {
  return new SpanTracerProvider({
    resource: resourceFromAttributes({}),
    sampler: new AlwaysOnSampler(),
    readsAttributes: false,
    limits: { ...LIMITS, ...limits },
    spanProcessors: [],
    listeners: { onStart: [], onEnding: [], onEnd: [] },
  });
}

function begin(attributes: OwnAttributes, limits: Partial<typeof LIMITS> = {}): PartedSpan {
  const tracer = providerWith(limits).getTracer('test');
  const span = startOwnSpan(tracer, { name: 'a', kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT);
  return span as unknown as PartedSpan;
}

/** The bytes of a span whose attributes are told by parts, and of the same span when somebody has read them. */
function encodedBothWays(span: PartedSpan): [Buffer, Buffer] {
  const encode = (): Buffer => {
    const writer = new ProtobufWriter();
    writeSpan(writer, 2, span);
    return writer.take();
  };
  const byParts = encode();
  expect(span.attributes).toBeDefined();
  expect(span.attributeParts()).toBeUndefined();
  return [byParts, encode()];
}

describe('the attributes of a span by parts', () => {
  verifies('Q1', 'are encoded as if they were one object, the shared ones twice from the same bytes', () => {
    for (let time = 0; time < 2; time += 1) {
      const span = begin(SERVER);
      setOwnAttributes(span as never, new SharedAttributes({ 'http.route': '/users/:id', 'http.response.status_code': 200 }));
      expect(span.attributeParts()).toHaveLength(2);
      const [byParts, whole] = encodedBothWays(span);
      expect(byParts.equals(whole)).toBe(true);
    }
    expect(SERVER.encoded).toBeInstanceOf(Uint8Array);
  });

  it('are an object of the span as soon as somebody sets one, and the shared ones stay as they are', () => {
    const span = begin(SERVER);
    span.setAttribute('url.scheme', 'https');
    expect(span.attributes).toEqual({ 'url.scheme': 'https', 'server.port': 80 });
    expect(begin(SERVER).attributes).toEqual({ 'url.scheme': 'http', 'server.port': 80 });
  });

  it('are within the limits of the span', () => {
    const few = begin(SERVER, { attributeCountLimit: 1 });
    expect([few.attributes, few.droppedAttributesCount]).toEqual([{ 'url.scheme': 'http' }, 1]);
    expect(begin(SERVER, { attributeValueLengthLimit: 2 }).attributes).toEqual({ 'url.scheme': 'ht', 'server.port': 80 });
  });

  it('come in the order in which they were added, whether by parts, whole or to be made', () => {
    const whole: Attributes = { 'url.scheme': 'ws', own: 1 };
    for (const first of [{ ...whole }, (): Attributes => ({ ...whole })]) {
      const span = begin(first);
      setOwnAttributes(span as never, SERVER);
      const [byParts, read] = encodedBothWays(span);
      expect(byParts.equals(read)).toBe(true);
      expect(span.attributes).toEqual({ 'url.scheme': 'http', 'server.port': 80, own: 1 });
    }
    for (const last of [{ ...whole }, (): Attributes => ({ ...whole })]) {
      const span = begin(SERVER);
      setOwnAttributes(span as never, last);
      const [byParts, read] = encodedBothWays(span);
      expect(byParts.equals(read)).toBe(true);
      expect(span.attributes).toEqual({ 'url.scheme': 'ws', 'server.port': 80, own: 1 });
    }
  });

  it('count against the limit together, and may be as many as it says', () => {
    const status = new SharedAttributes({ 'http.route': '/users/:id', 'http.response.status_code': 200 });
    const fitting = begin(SERVER, { attributeCountLimit: 4 });
    setOwnAttributes(fitting as never, status);
    expect([fitting.attributeParts()?.length, fitting.droppedAttributesCount]).toEqual([2, 0]);
    const full = begin(SERVER, { attributeCountLimit: 3 });
    setOwnAttributes(full as never, status);
    expect([Object.keys(full.attributes), full.droppedAttributesCount]).toEqual([['url.scheme', 'server.port', 'http.route'], 1]);
  });

  it('give way to what a span processor puts in their place, which is within the limit from then on', () => {
    for (const attributes of [SERVER, (): Attributes => ({ made: 1 })]) {
      const span = begin(attributes, { attributeCountLimit: 2 }) as PartedSpan & { attributes: Attributes };
      span.attributes = { a: 1, b: 2 };
      expect(span.attributeParts()).toBeUndefined();
      span.setAttribute('c', 'too many');
      expect([span.attributes, span.droppedAttributesCount]).toEqual([{ a: 1, b: 2 }, 1]);
    }
  });

  it('leave what a span processor has written into the object of a span that had none', () => {
    const span = begin({});
    span.attributes['written'] = true;
    setOwnAttributes(span as never, { own: 1 });
    expect(span.attributes).toEqual({ written: true, own: 1 });
  });

  it('can be none at all', () => {
    const span = begin(new SharedAttributes({}));
    setOwnAttributes(span as never, { own: 1 });
    const [byParts, read] = encodedBothWays(span);
    expect([byParts.equals(read), span.attributes]).toEqual([true, { own: 1 }]);
  });

  verifies('X1', 'go as plain attributes to a tracer and a span of another copy of the package', () => {
    const span = begin({ own: 1 });
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof OwnTracing>('../../src/tracing/own-tracer.js');
      const { SharedAttributes: OtherShared } = jest.requireActual<typeof Parts>('../../src/tracing/attribute-parts.js');
      expect(OtherShared).not.toBe(SharedAttributes);
      const attributes = new OtherShared({ 'from.copy': true }) as unknown as SharedAttributes;
      copy.setOwnAttributes(span as never, attributes);
      const start = { name: 'b', kind: SpanKind.CLIENT, attributes };
      const begun = copy.startOwnSpan(providerWith().getTracer('test'), start, ROOT_CONTEXT) as unknown as ReadableSpan;
      expect(begun.attributes).toEqual<Attributes>({ 'from.copy': true });
    });
    expect(span.attributes).toEqual({ own: 1, 'from.copy': true });
  });
});
