/**
 * What the demo is told by its arguments and its environment; the only file here that reads `process.env`.
 * @typedef {object} Settings
 * @property {boolean} once print the traces and end
 * @property {string | undefined} postgresUrl
 * @property {string | undefined} mysqlUrl
 * @property {string | undefined} redisUrl
 * @property {Record<string, string>} ports the port of each service, `0` for a free one
 * @property {import('./otlp-relay.mjs').Target | undefined} forwardTo where all telemetry goes as well
 * @property {boolean} colors
 * @property {number} width columns to print in
 * @property {NodeJS.ProcessEnv} childEnvironment what the services inherit
 */

const usage = 'usage: npm run demo [-- --once]';

/**
 * @param {readonly string[]} programArguments
 * @returns {Settings}
 * @throws {Error} when an argument is unknown or the OTLP endpoint is no URL
 */
export function readSettings(programArguments) {
  const unknown = programArguments.filter((argument) => argument !== '--once');
  if (unknown.length > 0) {
    throw new Error(`unknown argument ${unknown.join(' ')}; ${usage}`);
  }
  const { env, stdout } = process;
  return {
    once: programArguments.includes('--once'),
    postgresUrl: env.SHOP_PG_URL || undefined,
    mysqlUrl: env.SHOP_MYSQL_URL || undefined,
    redisUrl: env.SHOP_REDIS_URL || undefined,
    ports: {
      shop: env.SHOP_PORT ?? '0',
      inventory: env.SHOP_INVENTORY_PORT ?? '0',
      payment: env.SHOP_PAYMENT_PORT ?? '0',
    },
    forwardTo: readTarget(env),
    colors: Boolean(stdout.isTTY) && !env.NO_COLOR,
    width: Math.min(Math.max(stdout.columns ?? 100, 80), 140),
    childEnvironment: withoutTelemetry(env),
  };
}

/** The folders in which programs are looked for, as the operating system writes them. */
export function searchPath() {
  return process.env.PATH ?? '';
}

function readTarget(env) {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) {
    return undefined;
  }
  if (!URL.canParse(endpoint)) {
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT is no URL: ${endpoint}`);
  }
  return { endpoint: endpoint.replace(/\/+$/, ''), headers: readHeaders(env.OTEL_EXPORTER_OTLP_HEADERS ?? '') };
}

/** `key1=value1,key2=value2`, values percent-encoded, as the OpenTelemetry specification writes it. */
function readHeaders(list) {
  const pairs = list.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const split = pair.indexOf('=');
      return [pair.slice(0, split).trim(), decodeURIComponent(pair.slice(split + 1).trim())];
    }),
  );
}

/** The services report to the demo's own receiver, so the caller's OpenTelemetry settings are not for them. */
function withoutTelemetry(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^_?OTEL(IER)?_|^SHOP_/.test(name)));
}
