import { TraceFlags, type Attributes, type Span } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import type { SamplingOptions, SamplingRule } from '../../src/options/sampling-options.js';
import { LUCKY, remoteParent, SampledProcess, traceIdOf, UNLUCKY } from './sampled-process.js';

const REQUEST = {
  'http.request.method': 'GET',
  'url.path': '/api/users/7',
  'server.address': 'shop.example',
} as const;
const ROUTE = { 'http.route': '/api/users/:id', 'http.response.status_code': 200 } as const;

function processOf(options: SamplingOptions, randomness = UNLUCKY): SampledProcess {
  return new SampledProcess(options, { traceIds: Array.from({ length: 10 }, () => traceIdOf(randomness)) });
}

/** Whether a rule that keeps what it matches matches a request. */
function matches(rule: SamplingRule, begin: Attributes = REQUEST, end: Attributes = ROUTE): boolean {
  const process = processOf({ ratio: 0, rules: [{ ...rule, keep: true }] });
  const root = process.start('request', { attributes: begin });
  root.setAttributes(end);
  root.end();
  return process.exported.length === 1;
}

describe('a sampling rule', () => {
  it.each<[rule: SamplingRule, expected: boolean]>([
    [{}, true],
    [{ path: '/api/users/7' }, true],
    [{ path: '/api/users/7/' }, true],
    [{ path: 'api/users/7' }, true],
    [{ path: '/api/users' }, false],
    [{ path: '/API/users/7' }, false],
    [{ path: '/api/*' }, false],
    [{ path: '/api/**' }, true],
    [{ path: '/api/users/?' }, true],
    [{ path: /users\/\d+$/ }, true],
    [{ path: /^users/g }, false],
    [{ method: 'get' }, true],
    [{ method: ['POST', 'GET'] }, true],
    [{ method: 'POST' }, false],
    [{ method: '_OTHER' }, false],
    [{ host: 'SHOP.example' }, true],
    [{ host: '*.example' }, true],
    [{ host: /^Shop\./ }, true],
    [{ host: 'shop' }, false],
    [{ route: '/api/users/:id' }, true],
    [{ route: '/api/**' }, true],
    [{ route: /:id$/ }, true],
    [{ route: '/api/users/7' }, false],
    [{ path: '/api/**', route: '/other' }, false],
    [{ path: '/other', route: '/api/**' }, false],
    [{ attributes: { 'http.response.status_code': 200 } }, true],
    [{ attributes: { 'http.response.status_code': /^2/ } }, true],
    [{ attributes: { 'http.response.status_code': 404 } }, false],
    [{ attributes: { 'server.address': 'shop.*' } }, true],
    [{ attributes: { 'server.address': 'shop' } }, false],
    [{ attributes: { 'server.address': 'shop.*', missing: 'x' } }, false],
  ])('of %j matches a request: %s [S3]', (rule, expected) => {
    expect(matches(rule)).toBe(expected);
  });

  verifies('S3', 'compares each item of an array, and values of every type', () => {
    const end = { groups: ['a', 'b'], admin: true, share: 0.5 };
    const expected = [
      [{ groups: 'b' }, true],
      [{ groups: /^[cd]$/ }, false],
      [{ admin: true }, true],
      [{ admin: false }, false],
      [{ admin: 'true' }, false],
      [{ share: 0.5 }, true],
    ] as const;
    expect(expected.map(([attributes]) => matches({ attributes }, {}, end))).toEqual(expected.map(([, match]) => match));
  });

  verifies('S3', 'compares a method that the conventions do not know as it was sent', () => {
    const purge = { ...REQUEST, 'http.request.method': '_OTHER', 'http.request.method_original': 'Purge' };
    const methods = ['PURGE', 'purge', '_OTHER', 'GET'];
    expect(methods.map((method) => matches({ method }, purge))).toEqual([true, true, true, false]);
    expect(matches({ method: ['POST', 'PURGE'], path: '/api/**' }, purge)).toBe(true);
  });

  verifies('S3', 'does not count a slash at the end of a path', () => {
    expect(matches({ path: '/api' }, { 'url.path': '/api/' })).toBe(true);
    expect(matches({ path: '/' }, { 'url.path': '/' })).toBe(true);
    expect(matches({ path: '/api' }, { 'url.path': '/api//' })).toBe(false);
  });

  verifies('S3', 'looks at nothing but the attributes of a span', () => {
    expect(matches({ attributes: { constructor: /Object/ } })).toBe(false);
    expect(matches({ attributes: { toString: /./ as never } })).toBe(false);
  });

  verifies('S3', 'gives the same answer each time, whatever the flags of its expression', () => {
    const process = processOf({ ratio: 0, rules: [{ path: /users/gy, keep: true }, { path: /users/g, keep: true }] });
    for (const name of ['first', 'second', 'third']) {
      process.start(name, { attributes: REQUEST }).end();
    }
    expect(process.names).toEqual(['first', 'second', 'third']);
  });

  verifies('S3', 'that matches first counts, with its share in place of the general one', () => {
    const rules: SamplingRule[] = [{ path: '/api/**', ratio: 0.5 }, { path: '/api/users/*', keep: true }, { drop: true }];
    const lucky = processOf({ ratio: 1, rules }, LUCKY);
    const unlucky = processOf({ ratio: 1, rules });
    for (const process of [lucky, unlucky]) {
      process.start('request', { attributes: REQUEST }).end();
      process.start('other', { attributes: { 'url.path': '/' } }).end();
    }
    expect([lucky.names, unlucky.names]).toEqual([['request'], []]);
    expect(lucky.exported[0]?.spanContext().traceState?.get('ot')).toBe('th:8');
    expect(lucky.status).toMatchObject({ kept: { rule: 1 }, dropped: { rule: 1 } });
    expect(unlucky.status).toMatchObject({ kept: { rule: 0 }, dropped: { rule: 2 } });
  });

  verifies(['S3', 'S5'], 'that is known to match when a trace begins decides then', () => {
    const rules: SamplingRule[] = [{ path: '/in', keep: true }, { path: '/out', drop: true }];
    const process = processOf({ ratio: 0, keepErrors: true, rules });
    const kept = process.start('kept', { attributes: { 'url.path': '/in' } });
    const dropped = process.start('dropped', { attributes: { 'url.path': '/out' } });
    expect([kept, dropped].map((span) => [span.isRecording(), span.spanContext().traceFlags])).toEqual([
      [true, TraceFlags.SAMPLED],
      [false, TraceFlags.NONE],
    ]);
    expect(kept.spanContext().traceState?.get('ot')).toBe('th:0');
    process.start('query', { parent: kept }).end();
    expect(process.names).toEqual(['query']);
  });

  verifies(['S3', 'S5'], 'that is known at the end decides then, and what is certain before is told before', () => {
    const rules: SamplingRule[] = [{ route: '/rare', ratio: 0.5 }];
    const lucky = processOf({ ratio: 0.1, rules }, LUCKY);
    const between = processOf({ ratio: 0.1, rules }, 'aaaaaaaaaaaaaa');
    const rare = { 'http.route': '/rare' };
    for (const process of [lucky, between]) {
      for (const route of [rare, ROUTE]) {
        const root = process.start('request', { attributes: REQUEST });
        expect(root.spanContext().traceFlags).toBe(process === lucky ? TraceFlags.SAMPLED : TraceFlags.NONE);
        root.setAttributes(route);
        root.end();
      }
    }
    const thresholds = (process: SampledProcess): unknown[] =>
      process.exported.map((span) => span.spanContext().traceState?.get('ot'));
    expect(thresholds(lucky)).toEqual(['th:8', 'th:e666']);
    expect(thresholds(between)).toEqual(['th:8']);
  });

  verifies('S4', 'that is not known yet when a trace is sent early counts for what it can say', async () => {
    const process = processOf({ ratio: 0.5, keepErrors: true, rules: [{ route: '/rare', ratio: 0.1 }] }, LUCKY);
    const root = process.start('request', { attributes: REQUEST });
    process.start('query', { parent: root }).end();
    await process.keeper.forceFlush();
    root.setAttribute('http.route', '/often').end();
    expect(process.exported.map((span) => span.spanContext().traceState?.get('ot'))).toEqual(['th:e666', 'th:e666']);
  });

  verifies('S3', 'that drops drops errors and slow ones too, and waits for its route', () => {
    const process = processOf({ ratio: 1, keepErrors: true, rules: [{ route: '/out', drop: true }] });
    for (const route of ['/out', '/in']) {
      const root = process.start(route, { attributes: REQUEST });
      process.fail(process.start(`query of ${route}`, { parent: root }));
      expect(process.names).toEqual([]);
      root.setAttribute('http.route', route);
      process.fail(root);
    }
    expect(process.names).toEqual(['/in', 'query of /in']);
    expect(process.status).toMatchObject({ kept: { error: 1 }, dropped: { rule: 1 } });
  });

  verifies('S3', 'with a share keeps errors beside it, and one that keeps is kept for its own reason', () => {
    const rules: SamplingRule[] = [{ path: '/none', ratio: 0 }, { route: '/all', keep: true }];
    const process = processOf({ ratio: 1, keepErrors: true, rules });
    for (const path of ['/none', '/all']) {
      const [fine, failing] = ['fine', 'failing'].map((name) =>
        process.start(`${name} ${path}`, { attributes: { 'url.path': path } }).setAttribute('http.route', path),
      );
      fine?.end();
      process.fail(failing as Span);
    }
    expect(process.names).toEqual(['failing /all', 'failing /none', 'fine /all']);
    expect(process.status).toMatchObject({ kept: { rule: 2, error: 1 }, dropped: { rule: 1 } });
  });

  verifies('S3', 'keeps and drops what a caller does not sample, but its share is of traces that begin here', () => {
    const rules: SamplingRule[] = [{ path: '/pay', keep: true }, { path: '/out', drop: true }, { path: '/api', ratio: 1 }];
    const process = processOf({ ratio: 1, keepErrors: true, rules });
    const parent = remoteParent(TraceFlags.NONE, LUCKY);
    for (const path of ['/pay', '/out', '/api', '/other']) {
      process.start(path, { parent, attributes: { 'url.path': path } }).end();
    }
    process.fail(process.start('failing', { parent, attributes: { 'url.path': '/out' } }));
    expect(process.names).toEqual(['/pay']);
    expect(process.status).toMatchObject({ kept: { rule: 1 }, dropped: { rule: 2, parent: 2 } });
  });

  verifies('S3', 'never drops what a caller samples', () => {
    const process = processOf({ ratio: 0, keepErrors: true, rules: [{ drop: true }] });
    process.start('sampled', { parent: remoteParent(TraceFlags.SAMPLED, LUCKY, 'ot=th:8') }).end();
    expect(process.names).toEqual(['sampled']);
    expect(process.status.kept.parent).toBe(1);
  });
});
