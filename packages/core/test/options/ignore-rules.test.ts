import { expectDiagnostics, verifies } from '@otelier/testkit';
import { clearProblems, listProblems } from '../../src/diagnostics/report.js';
import { createIgnoreRules, type IgnoreRule, type IgnoreRuleSet, type IgnoreTarget } from '../../src/options/ignore-rules.js';

const HEALTH_PROBES = ['/health', '/healthz', '/livez', '/readyz', '/ready', '/live', '/ping', '/metrics'];

function target(path: string, request: object = {}): IgnoreTarget {
  return { path, url: () => `https://shop.example${path}?a=1`, request };
}

function ignored(rules: IgnoreRuleSet, paths: readonly string[]): string[] {
  const isIgnored = createIgnoreRules(rules);
  return paths.filter((path) => isIgnored(target(path)));
}

describe('the rules of what is ignored', () => {
  beforeEach(clearProblems);
  afterAll(clearProblems);

  verifies('R16', 'ignore nothing when there are none', () => {
    expect(ignored({}, ['/', '*', ...HEALTH_PROBES])).toEqual([]);
  });

  verifies('R16', 'take a text for one whole path, with or without a slash at its end', () => {
    const paths = ['/status', '/status/', '/status//', '/status/a', '/a/status', '/Status', 'status', '/', '', '*'];
    expect(ignored({ requests: ['/status'] }, paths)).toEqual(['/status', '/status/', 'status']);
    expect(ignored({ requests: ['status/'] }, paths)).toEqual(['/status', '/status/', 'status']);
    expect(ignored({ requests: ['/'] }, paths)).toEqual(['/', '']);
  });

  verifies('R16', 'take a text with stars for a glob', () => {
    const paths = ['/assets/a/b', '/api/v1/health', '/site.css', '/a/site.css', '/other'];
    expect(ignored({ requests: ['/assets/**', '/api/*/health', '*.css'] }, paths)).toEqual(paths.slice(0, 4));
  });

  verifies('R16', 'search a regular expression in the path, and give the same answer each time', () => {
    for (const rule of [/^\/int/, /^\/int/g, /\/int/y, /^\/INT/i]) {
      const isIgnored = createIgnoreRules({ requests: [rule] });
      const answers = ['/internal', '/internal', '/a?b=/int', '/internal'].map((path) => isIgnored(target(path)));
      expect([rule.flags, answers]).toEqual([rule.flags, [true, true, rule.flags === 'y', true]]);
      expect(rule.lastIndex).toBe(0);
    }
  });

  verifies('R16', 'know the usual health probes when they are asked to', () => {
    const paths = [...HEALTH_PROBES, '/health/', '/healthy', '/api/health'];
    expect(ignored({ healthProbes: true }, paths)).toEqual([...HEALTH_PROBES, '/health/']);
    expect(ignored({ healthProbes: false }, paths)).toEqual([]);
  });

  verifies('R16', 'search the expressions of the environment in the full URL', () => {
    const isIgnored = createIgnoreRules({ excludedUrls: [/^https:\/\/shop\.example\/a\?a=1$/g] });
    expect([isIgnored(target('/a')), isIgnored(target('/a')), isIgnored(target('/b'))]).toEqual([true, true, false]);
    const asked = createIgnoreRules({ excludedUrls: [/x$/] });
    expect(asked({ ...target('/'), url: () => `${'a'.repeat(8192)}x` })).toBe(false);
  });

  verifies('R16', 'build the full URL only when one of them needs it', () => {
    const url = jest.fn(() => 'https://shop.example/');
    createIgnoreRules({ requests: ['/a', '/a*', /a/, () => false], healthProbes: true })({ ...target('/'), url });
    createIgnoreRules({ requests: ['/'], excludedUrls: [/a/] })({ ...target('/'), url });
    expect(url).not.toHaveBeenCalled();
    createIgnoreRules({ excludedUrls: [/none/, /no other/] })({ ...target('/'), url });
    expect(url).toHaveBeenCalledTimes(1);
  });

  verifies('R16', 'ask a function with the request of the framework, last', () => {
    const rule = jest.fn(({ path }: { path: string }) => path === '/a');
    const isIgnored = createIgnoreRules({ requests: [rule, '/b'] satisfies IgnoreRule<{ path: string }>[] });
    const request = { path: '/a' };
    expect(isIgnored(target('/x', request))).toBe(true);
    expect(isIgnored(target('/b', { path: '/b' }))).toBe(true);
    expect(isIgnored(target('/c', { path: '/c' }))).toBe(false);
    expect(rule.mock.calls).toEqual([[request], [{ path: '/c' }]]);
    expect(rule.mock.calls[0]?.[0]).toBe(request);
  });

  verifies(['R16', 'R18'], 'report a function that throws once, and go on with the next rule', () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const rule = (): boolean => {
      throw new Error('no tenant');
    };
    const isIgnored = createIgnoreRules({ requests: [rule, ({ url }: { url?: string }) => url === '/a'] });
    expect([isIgnored(target('/x')), isIgnored(target('/x', { url: '/a' })), isIgnored(target('/x'))]).toEqual([false, true, false]);
    expect(listProblems().map(({ code, count }) => [code, count])).toEqual([['OTELIER_HOOK_FAILED', 3]]);
  });

  verifies(['R16', 'R18'], 'report a function that returns a promise, and let no rejection out', async () => {
    expectDiagnostics('OTELIER_HOOK_FAILED');
    const rejections: unknown[] = [];
    const note = (reason: unknown): unknown => rejections.push(reason);
    process.on('unhandledRejection', note);
    const rule = (async () => Promise.reject(new Error('late'))) as unknown as () => boolean;
    expect(createIgnoreRules({ requests: [rule] })(target('/x'))).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
    expect(listProblems().map(({ message }) => message)).toEqual([
      'ignore returned a promise, which no request waits for.',
      'ignore failed: Error: late.',
    ]);
  });
});
