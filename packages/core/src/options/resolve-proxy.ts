import { BlockList, isIP } from 'node:net';
import { hideUrlSecrets, isHttpUrl } from '../destinations/http-url.js';
import type { EnvReader } from './variables/env-reader.js';

/**
 * The proxy on the way to an address, with its credentials; `undefined` for none.
 *
 * The lower case of a variable wins, as in most programs. This machine itself is never reached through a proxy.
 */
export function resolveProxy(url: string, env: EnvReader): string | undefined {
  const target = new URL(url);
  const isSecure = target.protocol === 'https:';
  const lower = isSecure ? 'https_proxy' : 'http_proxy';
  const name = env.text(lower) === undefined ? (isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY') : lower;
  const given = env.text(name);
  if (given === undefined || isLoopback(hostOf(target)) || isExcluded(target, env)) {
    return undefined;
  }
  // Many tools take an address without a scheme.
  const proxy = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  if (!isHttpUrl(proxy)) {
    const allowed = 'the address of an http or https proxy, whose credentials, if any, are percent-encoded';
    env.invalid(name, { value: hideUrlSecrets(given), allowed, fallback: 'none' });
    return undefined;
  }
  return proxy;
}

/** Whether NO_PROXY names the target: a host, a domain with all beneath it, an address or a network, also with a port. */
function isExcluded(target: URL, env: EnvReader): boolean {
  const host = hostOf(target);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  const rules = env.list(env.text('no_proxy') === undefined ? 'NO_PROXY' : 'no_proxy');
  return rules.some((rule) => {
    const [, name = rule, rulePort = port] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(rule) ?? [];
    return rulePort === port && (name === '*' || matchesName(host, name) || isInNetwork(host, name));
  });
}

function matchesName(host: string, rule: string): boolean {
  const name = rule.replace(/^\*?\.|^\[|\]$/g, '');
  return name !== '' && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)));
}

function isInNetwork(host: string, rule: string): boolean {
  const [, network = '', prefix = ''] = /^([\d.a-f:]+)\/(\d{1,3})$/i.exec(rule) ?? [];
  const [family, networkFamily] = [isIP(host), isIP(network)];
  if (family === 0 || family !== networkFamily || Number(prefix) > (family === 4 ? 32 : 128)) {
    return false;
  }
  const list = new BlockList();
  const version = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(prefix), version);
  return list.check(host, version);
}

function isLoopback(host: string): boolean {
  const isName = host === 'localhost' || host.endsWith('.localhost');
  return isName || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function hostOf({ hostname }: URL): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, '');
}
