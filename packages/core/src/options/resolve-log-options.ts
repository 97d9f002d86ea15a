import { checkFlag, checkNames, checkWord, invalidOption, isRecord } from '../diagnostics/validation.js';
import type { LogLevel, LogOptions } from './log-options.js';
import type { ResolvedLogOptions } from './resolved-options.js';

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

const DEFAULTS: Required<LogOptions> = {
  correlation: true,
  correlateConsole: false,
  send: true,
  level: 'info',
  body: 'text',
};

const BY_FLAG: Readonly<Record<'true' | 'false', LogOptions>> = {
  true: {},
  false: { correlation: false, send: false },
};

/**
 * Checks what is to be done with logs.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkLogOptions(logs: boolean | LogOptions | undefined): void {
  if (logs === undefined || typeof logs === 'boolean') {
    return;
  }
  if (!isRecord(logs)) {
    invalidOption('logs', logs, 'true, false or an object');
  }
  checkNames('logs', logs, Object.keys(DEFAULTS));
  checkFlag('logs.correlation', logs.correlation);
  checkFlag('logs.correlateConsole', logs.correlateConsole);
  checkFlag('logs.send', logs.send);
  checkWord('logs.level', logs.level, LEVELS);
  checkWord('logs.body', logs.body, ['text', 'json']);
}

/**
 * Settles what is done with logs. Without the option they are correlated and not sent.
 *
 * @throws TypeError for a wrong option
 */
export function resolveLogOptions(logs: boolean | LogOptions = { send: false }): ResolvedLogOptions {
  checkLogOptions(logs);
  const options = typeof logs === 'boolean' ? BY_FLAG[`${logs}`] : logs;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...DEFAULTS, ...(Object.fromEntries(given) as LogOptions) });
}
