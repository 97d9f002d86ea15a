import { domainToASCII } from 'node:url';
import { askHook } from '../diagnostics/hooks.js';
import { statelessPattern } from '../text/stateless-pattern.js';
import { parseUrl } from '../text/url-parsing.js';
import { compileWildcard } from '../text/wildcard.js';
import type { OutgoingPredicate, OutgoingRule } from './outgoing-options.js';

/** Longer URLs are searched up to here, in characters. */
const MAX_URL_LENGTH = 8192;

const ABSOLUTE = /^https?:\/\//i;

/** A host name or a glob for one, an IPv4 address or a bracketed IPv6 address, with or without a port. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::\d{1,5})?$|^\*$/i;

/** Whether a text can be a rule: a host, or the beginning of a URL without query and fragment. */
export function isOutgoingText(text: string): boolean {
  if (ABSOLUTE.test(text)) {
    return parseUrl(text) !== undefined && !/[?#]/.test(text);
  }
  return isGlob(text) || (HOST.test(text) && writtenAsUrls(text) !== undefined);
}

/**
 * Makes one test of all rules. It never throws: a function that fails is reported once and says no.
 *
 * @param option - the option that the rules were given as, for the message
 */
export function createOutgoingRules(option: string, rules: readonly OutgoingRule[]): OutgoingPredicate {
  const tests = rules.map((rule) => createTest(option, rule));
  return (target) => tests.some((test) => test(target));
}

function createTest(option: string, rule: OutgoingRule): OutgoingPredicate {
  if (typeof rule === 'string') {
    return ABSOLUTE.test(rule) ? prefixTest(rule) : hostTest(rule);
  }
  if (typeof rule === 'function') {
    return ({ method, url }) => askHook(option, () => rule({ method, url })) === true;
  }
  const pattern = statelessPattern(rule);
  return ({ url }) => pattern.test(url.slice(0, MAX_URL_LENGTH));
}

/** `https://a.example` is no beginning of `https://a.example.evil`, nor `/v1` one of `/v10`. */
function prefixTest(prefix: string): OutgoingPredicate {
  const { origin, pathname } = new URL(prefix);
  const path = pathname.replace(/\/+$/, '');
  return (target) => {
    const url = parseUrl(target.url);
    return (
      url !== undefined &&
      url.origin === origin &&
      (path === '' || url.pathname === path || url.pathname.startsWith(`${path}/`))
    );
  };
}

function hostTest(host: string): OutgoingPredicate {
  const matches = compileWildcard(isGlob(host) ? globForUrls(host) : (writtenAsUrls(host) ?? host));
  return (target) => {
    const url = parseUrl(target.url);
    return url !== undefined && (matches(url.hostname) || matches(url.host) || matches(hostAndPort(url)));
  };
}

/**
 * A host as the URLs have it that it is to match: `münchen.example` in ASCII, `127.1` with all its numbers, `[0:0::1]`
 * as short as can be.
 *
 * @returns `undefined` for what no URL has
 */
function writtenAsUrls(rule: string): string | undefined {
  const url = parseUrl(`http://${rule}`);
  const port = /[^:]:(\d+)$/.exec(rule.replace(/^\[.*\]/, 'address'))?.[1];
  return url?.pathname === '/' ? url.hostname + (port === undefined ? '' : `:${Number(port)}`) : undefined;
}

/** URLs have names in ASCII; the parts of a glob that are whole can be written so. */
function globForUrls(glob: string): string {
  const parts = glob.toLowerCase().split('.');
  return parts.map((part) => (/[^\0-\x7f]/.test(part) && !/[*?]/.test(part) ? domainToASCII(part) || part : part)).join('.');
}

/** A URL leaves the port of its scheme out. */
function hostAndPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

function isGlob(text: string): boolean {
  return /^[^\s/#@]*\*[^\s/#@]*$/.test(text);
}
