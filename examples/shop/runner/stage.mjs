import { provideMysql } from './mysql.mjs';
import { startOtlpReceiver } from './otlp-receiver.mjs';
import { OtlpRelay } from './otlp-relay.mjs';
import { providePostgres } from './postgres.mjs';
import { provideRedis } from './redis.mjs';
import { services, startService } from './services.mjs';

/**
 * @typedef {object} Stage
 * @property {string} shopUrl
 * @property {boolean} hasMysql
 * @property {boolean} hasRedis
 * @property {[label: string, text: string][]} notes what runs where, for people
 */

/**
 * Starts what the demo needs: the receiver, the databases, the three services, and where there is a Redis the worker.
 * @param {import('./settings.mjs').Settings} settings
 * @param {object} parts
 * @param {import('./cleanup.mjs').Cleanup} parts.cleanup
 * @param {import('./trace-store.mjs').TraceStore} parts.store
 * @param {(message: string) => void} parts.warn
 * @param {(message: string) => void} parts.onCrash
 * @returns {Promise<Stage>}
 * @throws {Error} naming what did not start
 */
export async function setStage(settings, { cleanup, store, warn, onCrash }) {
  const relay = settings.forwardTo && new OtlpRelay(settings.forwardTo, warn);
  const onSpans = (spans) => store.addSpans(spans);
  const [receiverUrl, postgres, mysql, redis] = await Promise.all([
    startOtlpReceiver({ onSpans, relay, cleanup }),
    providePostgres(settings.postgresUrl, cleanup),
    provideMysql(settings.mysqlUrl, cleanup),
    provideRedis(settings.redisUrl, cleanup),
  ]);
  const start = (name, variables) =>
    startService(
      name,
      {
        ...settings.childEnvironment,
        ...variables,
        PORT: settings.ports[name] ?? '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
      },
      { cleanup, onCrash, onLine: (service, line) => takeLine(service, line, { store, warn }) },
    );
  const [inventoryUrl, paymentUrl] = await Promise.all([
    start('inventory', { DATABASE_URL: postgres.url }),
    start('payment', mysql.url ? { MYSQL_URL: mysql.url } : {}),
    ...(redis.url ? [start('dispatch', { DATABASE_URL: postgres.url, REDIS_URL: redis.url })] : []),
  ]);
  const shopUrl = await start('shop', {
    INVENTORY_URL: inventoryUrl,
    PAYMENT_URL: paymentUrl,
    ...(redis.url ? { REDIS_URL: redis.url } : {}),
  });
  return {
    shopUrl,
    hasMysql: mysql.url !== undefined,
    hasRedis: redis.url !== undefined,
    notes: [
      ['shop', `${services.shop.framework}, ${shopUrl}`],
      ['inventory', `${services.inventory.framework}, ${inventoryUrl}`],
      ['payment', `${services.payment.framework}, ${paymentUrl}`],
      ...(redis.url ? [['dispatch', `${services.dispatch.framework}, a worker`]] : []),
      ['PostgreSQL', postgres.note],
      ['MySQL', mysql.note],
      ['Redis', redis.note],
      ...(settings.forwardTo ? [['forwarded', `everything, to ${settings.forwardTo.endpoint}`]] : []),
    ],
  };
}

function takeLine(service, line, { store, warn }) {
  const { traceId, spanId, level, message } = line;
  if (traceId && spanId) {
    store.addLog({ service, traceId, spanId, level, message });
  } else if (line.isLoud) {
    warn(`${service}: ${message}`);
  }
}
