import type { IncomingMessage } from 'node:http';
import { askHook } from '../diagnostics/hooks.js';
import { compilePathGlob, withoutTrailingSlash } from '../text/path-glob.js';
import { statelessPattern } from '../text/stateless-pattern.js';
import { isWildcard } from '../text/wildcard.js';

/**
 * Says which requests leave no spans: a path (`/health`), a glob for paths (`/assets/**`, `*.css`), a regular expression
 * that is searched in the path, or a function that decides by the framework's request.
 */
export type IgnoreRule<Request = IncomingMessage> = string | RegExp | RequestPredicate<Request>;

/** Decides by a request; written as a method, so that the parameter can be annotated with the framework's own type. */
export type RequestPredicate<Request> = { decide(request: Request): boolean }['decide'];

/** All rules of an adapter. */
export interface IgnoreRuleSet {
  /** @default [] */
  readonly requests?: readonly IgnoreRule<never>[];
  /**
   * Whether the paths that health probes usually ask for are ignored.
   *
   * @default false
   */
  readonly healthProbes?: boolean;
  /**
   * Searched in the full URL.
   *
   * @default []
   */
  readonly excludedUrls?: readonly RegExp[];
}

/** What the rules look at. */
export interface IgnoreTarget {
  /** Without the query. */
  readonly path: string;
  /** `scheme://host/path?query`; built only where a rule asks for it. */
  readonly url: () => string;
  /** What the framework hands to its handlers. */
  readonly request: object;
}

type Test = (target: IgnoreTarget) => boolean;
type Predicate = (request: object) => unknown;

/** What is made of no rules: whoever asks for each request need not put together what is looked at. */
export function ignoresNothing(): boolean {
  return false;
}

const HEALTH_PROBES = ['/health', '/healthz', '/livez', '/readyz', '/ready', '/live', '/ping', '/metrics'];

/** Longer URLs are searched up to here, in characters: what comes from outside must not set the cost. */
const MAX_URL_LENGTH = 8192;

/**
 * Makes one test of all rules. It never throws: a function that fails is reported once and decides for no request.
 *
 * A slash at the end of a path or of a rule does not count, and the application's functions are asked last.
 */
export function createIgnoreRules({ requests = [], healthProbes = false, excludedUrls = [] }: IgnoreRuleSet): Test {
  const texts = requests.filter((rule) => typeof rule === 'string');
  const paths = [...texts.filter((text) => !isWildcard(text)).map(toPath), ...(healthProbes ? HEALTH_PROBES : [])];
  const tests = [
    ...(paths.length > 0 ? [exactTest(new Set(paths))] : []),
    ...texts.filter(isWildcard).map(globTest),
    ...requests.filter((rule) => typeof rule === 'object').map(pathTest),
    ...(excludedUrls.length > 0 ? [urlTest(excludedUrls)] : []),
    ...requests.filter((rule) => typeof rule === 'function').map((predicate) => predicateTest(predicate as Predicate)),
  ];
  return tests.length === 0 ? ignoresNothing : (target) => tests.some((test) => test(target));
}

/** `health` is `/health`, and `*` the target of a request that is for no path. */
function toPath(path: string): string {
  return withoutTrailingSlash(path.startsWith('/') || path === '*' ? path : `/${path}`);
}

function exactTest(paths: ReadonlySet<string>): Test {
  return ({ path }) => paths.has(toPath(path));
}

function globTest(glob: string): Test {
  const matches = compilePathGlob(glob);
  return ({ path }) => matches(path);
}

function pathTest(rule: RegExp): Test {
  const pattern = statelessPattern(rule);
  return ({ path }) => pattern.test(path);
}

function urlTest(rules: readonly RegExp[]): Test {
  const patterns = rules.map((rule) => statelessPattern(rule));
  return (target) => {
    const url = target.url().slice(0, MAX_URL_LENGTH);
    return patterns.some((pattern) => pattern.test(url));
  };
}

function predicateTest(predicate: Predicate): Test {
  return ({ request }) => Boolean(askHook('ignore', () => predicate(request)));
}
