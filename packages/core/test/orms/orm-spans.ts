import { CROWD, SECRETS } from './programs/work.cjs';

/** What the tests look at in a span, wherever it comes from. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly isError: boolean;
  /** Everything that was recorded, as one text. */
  readonly recorded: string;
}

const BEGIN = expect.stringMatching(/^(begin|start transaction)$/) as string;

/** Expects one span for each statement, beneath the span of the step that made it, and no values anywhere. */
export function expectStatements(spans: readonly SeenSpan[], orm: string): void {
  const table = `orm_${orm}_items`;
  expect(['insert', 'select', 'transaction', 'failing', 'select again'].map((step) => [step, beneath(spans, step)])).toEqual([
    ['insert', [[`insert ${table}`]]],
    ['select', [[`select ${table}`]]],
    ['transaction', [[BEGIN, `update ${table}`, 'commit']]],
    ['failing', [[`insert ${table} fails`]]],
    ['select again', [[`select ${table}`]]],
  ]);
  expect(beneath(spans, 'crowd')).toEqual(Array(CROWD).fill([`select ${table}`]));
  const statements = spans.filter((span) => span.kind === 'CLIENT' && !opensConnection(span));
  expect(statements).toHaveLength(7 + CROWD);
  SECRETS.forEach((secret) => expect(spans.map(({ recorded }) => recorded).join()).not.toContain(secret));
}

/** Sequelize sets each new connection up, within the step that has opened it. */
function opensConnection({ name }: SeenSpan): boolean {
  return name.startsWith('SET ');
}

/** The statements of each span of that name, in their order, in small letters and without quotes and schemas. */
function beneath(spans: readonly SeenSpan[], step: string): string[][] {
  const steps = spans.filter(({ name, kind }) => name === step && kind === 'INTERNAL');
  return steps.map(({ spanId }) =>
    spans
      .filter((span) => span.kind === 'CLIENT' && span.parentSpanId === spanId && !opensConnection(span))
      .map(({ name, isError }) => `${name.toLowerCase().replaceAll(/["`]|public"?\./g, '')}${isError ? ' fails' : ''}`),
  );
}
