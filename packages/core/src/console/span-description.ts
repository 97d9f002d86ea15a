import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { visibleText, visibleValue } from './visible-text.js';

/** What is shown of a span. */
export interface SpanDescription {
  /** Its name, with the status code of an answer. */
  readonly title: string;
  readonly isError: boolean;
  /** The attributes that matter, on the line of the name. */
  readonly details: string;
  /** What went wrong: the message and where it was thrown. */
  readonly problem: readonly string[];
}

/** Namespaces whose attributes are told by the name, the title or the problem, or do not matter here. */
const TOLD =
  /^(client|code|db|error|exception|http|messaging|net|network|otel|peer|rpc|server|thread|tls|url|user_agent)\./;

const MAX_NAME = 120;
const MAX_VALUE = 80;
const MAX_MESSAGE = 300;
const MAX_OWN_ATTRIBUTES = 4;

/** Describes a span for people. Nothing in it reaches the terminal as a command. */
export function describeSpan(span: ReadableSpan): SpanDescription {
  const { name, attributes, status } = span;
  const code = attributes['http.response.status_code'];
  const title = visibleText(name, MAX_NAME);
  return {
    title: code === undefined ? title : `${title} → ${visibleValue(code, MAX_VALUE)}`,
    isError: status.code === SpanStatusCode.ERROR,
    details: [...knownDetails(span), ...ownDetails(attributes)].join(' '),
    problem: describeProblem(span),
  };
}

function knownDetails({ kind, attributes }: ReadableSpan): string[] {
  const names =
    'db.system.name' in attributes
      ? ['db.system.name', 'db.namespace']
      : kind === SpanKind.CLIENT
        ? ['url.full' in attributes ? 'url.full' : 'server.address']
        : 'http.route' in attributes
          ? []
          : ['url.path'];
  return names.flatMap((name) => (attributes[name] === undefined ? [] : visibleValue(attributes[name], MAX_VALUE)));
}

function ownDetails(attributes: Attributes): string[] {
  return Object.entries(attributes)
    .filter(([name]) => !TOLD.test(name))
    .slice(0, MAX_OWN_ATTRIBUTES)
    .map(([name, value]) => `${visibleText(name, MAX_VALUE)}=${visibleValue(value, MAX_VALUE)}`);
}

function describeProblem({ status, events, attributes }: ReadableSpan): string[] {
  const exception = events.findLast(({ name }) => name === 'exception')?.attributes;
  if (exception !== undefined) {
    const [type, message] = [exception['exception.type'], exception['exception.message']].map((part) =>
      part === undefined ? '' : visibleValue(part, MAX_MESSAGE),
    );
    return [[type, message].filter(Boolean).join(': '), ...firstFrame(exception['exception.stacktrace'])];
  }
  if (status.code !== SpanStatusCode.ERROR) {
    return [];
  }
  const reason = [status.message, attributes['error.type']].find((part) => part !== undefined && part !== '');
  return reason === undefined ? [] : [visibleValue(reason, MAX_MESSAGE)];
}

function firstFrame(stack: unknown): string[] {
  const frame = typeof stack === 'string' ? /^\s*(at .*)$/m.exec(stack)?.[1] : undefined;
  return frame === undefined ? [] : [visibleText(frame, MAX_MESSAGE)];
}
