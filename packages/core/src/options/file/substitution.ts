import type { Environment } from '../env.js';

const REFERENCE = /\$\$|\$\{([^}\n]*)\}/g;
const NAME = /^(?:env:)?([a-z_]\w*)(?::-(.*))?$/i;

/**
 * Puts variables into a text: `${NAME}`, `${env:NAME}`, and `${NAME:-what stands for it when it is not set}`; `$$` is a
 * dollar sign.
 *
 * @returns `undefined` for a reference that is none, such as `${NAME:?}`
 * @see https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution
 */
export function substitute(text: string, env: Environment): string | undefined {
  let isLegal = true;
  const result = text.replaceAll(REFERENCE, (whole: string, reference: string | undefined) => {
    if (whole === '$$') {
      return '$';
    }
    const [, name, standIn = ''] = NAME.exec(reference ?? '') ?? [];
    isLegal &&= name !== undefined;
    const value = name === undefined ? '' : env[name];
    return value === undefined || value === '' ? standIn : value;
  });
  return isLegal ? result : undefined;
}
