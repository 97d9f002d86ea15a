import { sharedState } from '../../shared-state.js';

/** Under which symbols a pino instance keeps what a line is made of; each copy of pino has its own. */
export interface PinoSymbols {
  readonly chindings: symbol;
  readonly messageKey: symbol | undefined;
  /** Pino 7 has none: errors are logged as `err`. */
  readonly errorKey: symbol | undefined;
  readonly nestedKey: symbol | undefined;
  readonly levelTexts: symbol | undefined;
  readonly stream: symbol | undefined;
}

const MAX_KNOWN = 16;

/**
 * The symbols of the copy of pino that made an instance, as `pino.symbols` publishes them; `undefined` for what is no
 * instance.
 */
export function pinoSymbols(instance: object): PinoSymbols | undefined {
  const known = sharedState('integrations.pino.symbols', (): PinoSymbols[] => []);
  const found = known.find(({ chindings }) => Object.hasOwn(instance, chindings)) ?? discover(instance);
  if (found !== undefined && !known.includes(found)) {
    known.unshift(found);
    known.length = Math.min(known.length, MAX_KNOWN);
  }
  return found;
}

function discover(instance: object): PinoSymbols | undefined {
  const all = new Map<string | undefined, symbol>();
  for (let owner: object | null = instance; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    Object.getOwnPropertySymbols(owner).forEach((symbol) => all.set(symbol.description, symbol));
  }
  const chindings = all.get('pino.chindings');
  return chindings === undefined
    ? undefined
    : {
        chindings,
        messageKey: all.get('pino.messageKey'),
        errorKey: all.get('pino.errorKey'),
        nestedKey: all.get('pino.nestedKey'),
        levelTexts: all.get('pino.lsCache'),
        stream: all.get('pino.stream'),
      };
}

/** What an instance, or a logger above it, keeps under a symbol. */
export function pinoPart(instance: object, symbol: symbol | undefined): unknown {
  return symbol === undefined ? undefined : (Reflect.get(instance, symbol) as unknown);
}
