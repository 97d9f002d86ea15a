import type { Socket } from 'node:net';

/** What a request is told when its connection changes the protocol, or is a tunnel. */
export type UpgradeListener = (...told: [statusCode: number | null, headers: unknown, ...further: unknown[]]) => unknown;

/** A request of undici's, as its channels tell of it; what is optional came or went with its versions. */
export interface UndiciRequest {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
  /** The `host` header that the application has given. */
  readonly host?: string | null;
  /** Names and values in turn; one text of lines before undici 6. */
  headers: unknown[] | string;
  /** The protocol of an upgrade. */
  readonly upgrade?: string | boolean | null;
  readonly onUpgrade?: UpgradeListener | undefined;
  /** Told of the answer over HTTP/2, where it comes after the upgrade. */
  readonly onUpgradeResponse?: unknown;
  readonly addHeader?: ((this: UndiciRequest, name: string, value: string) => unknown) | undefined;
}

/** `undici:request:create`, and what every other message has. */
export interface RequestMessage {
  readonly request: UndiciRequest;
}

/** `undici:client:sendHeaders` */
export interface SendMessage extends RequestMessage {
  readonly socket?: Socket & { readonly alpnProtocol?: string | false | null };
}

/** Names and values in turn; by name over HTTP/2 in newer versions. */
export type UndiciResponseHeaders =
  | readonly (Buffer | string)[]
  | Readonly<Record<string, string | string[] | undefined>>;

/** `undici:request:headers` */
export interface HeadersMessage extends RequestMessage {
  readonly response: {
    readonly statusCode: number;
    readonly headers: UndiciResponseHeaders;
  };
}

/** `undici:request:error` */
export interface ErrorMessage extends RequestMessage {
  readonly error: unknown;
}

/**
 * The channels of undici, of each copy and of the one that is Node's `fetch`.
 *
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export const CHANNELS = {
  created: 'undici:request:create',
  sent: 'undici:client:sendHeaders',
  headers: 'undici:request:headers',
  ended: 'undici:request:trailers',
  failed: 'undici:request:error',
} as const;
