import type {
  DeliveryOptions,
  OtlpProtocol,
  Signal,
  Temporality,
  VendorDestination,
  VendorName,
} from './destination.js';

/** What every vendor's function takes. */
export interface VendorOptions extends DeliveryOptions {
  /**
   * The key that may write. It is never shown.
   *
   * @default the vendor's variable, when the set-up is made
   */
  readonly key?: string;
  /** Headers of every request, beside those that the vendor wants. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The compression of the requests' bodies.
   *
   * @default 'gzip'
   */
  readonly compression?: 'gzip' | 'none';
  /**
   * The base address of the intake, in the place of the vendor's own: a private link, a relay.
   *
   * @default the vendor's
   */
  readonly endpoint?: string;
}

/** What a vendor has to be told beside the key. */
export interface VendorSetting {
  readonly kind: 'url' | 'host' | 'text';
  /** The only words that it can be; any by default. */
  readonly values?: readonly string[];
  /** The variables that it is read from, the first one that is set counts. */
  readonly variables?: readonly string[];
  /** What it is where nobody says; without one it may be left out, unless it is required. */
  readonly fallback?: string;
  readonly required?: boolean;
}

/** The key and the settings of a vendor's destination, settled; a setting that nobody has given is not there. */
export interface VendorValues {
  readonly key: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Where a vendor takes a signal. */
export interface Intake {
  /** The base address, to which the path or the gRPC method of the signal is added. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** @default 'http/protobuf' */
  readonly protocol?: OtlpProtocol;
}

/** How a vendor takes OTLP. */
export interface Vendor {
  /** The variables that the key is read from, the first one that is set counts. */
  readonly keyVariables: readonly string[];
  readonly settings: Readonly<Record<string, VendorSetting>>;
  readonly intake: (values: VendorValues, signal: Signal) => Intake;
  /** What it wants of metrics, whatever the variable says. */
  readonly temporality?: Temporality;
  /** How long a request may be before its compression, in bytes. */
  readonly maxRequestBytes?: number;
  /** Whether it looks for the environment under its older name. */
  readonly oldEnvironment?: boolean;
  /** What is told beside a refusal of the key, as a part of a sentence. */
  readonly refusalAdvice: string;
}

/** What is told of a refusal where a vendor has nothing of its own to say. */
export const KEY_ADVICE = 'the key is wrong, or may not write';

const DELIVERY = ['headers', 'timeoutMillis', 'compression', 'signals'] as const;

/** The record of a vendor's destination from what its function was given, which has been checked. */
export function vendorDestination(vendor: VendorName, options: VendorOptions): VendorDestination {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const isDelivery = (name: string): boolean => (DELIVERY as readonly string[]).includes(name);
  return {
    kind: 'vendor',
    vendor,
    name: vendor,
    signals: ['traces', 'metrics', 'logs'],
    ...Object.fromEntries(given.filter(([name]) => isDelivery(name) || name === 'key')),
    settings: Object.fromEntries(given.filter(([name]) => !isDelivery(name) && name !== 'key')),
  };
}
