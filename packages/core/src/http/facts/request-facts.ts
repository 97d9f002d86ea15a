/** What a framework knows of a request, its own proxy trust applied. */
export interface RequestFacts {
  readonly scheme: 'http' | 'https';
  /** Host name and port as the client addressed them, such as `shop.example:8443` or `[::1]:3000`. */
  readonly host: string | undefined;
  /** The client's address, behind trusted proxies. */
  readonly clientAddress: string | undefined;
}

/** A host header's parts. */
export interface HostParts {
  readonly address: string;
  readonly port: number | undefined;
}

/** A name in printable ASCII, an IPv4 address or a bracketed IPv6 address, with or without a port. */
const HOST = /^(?=[!-~]+$)(\[[0-9a-f:.]{2,45}\]|[^:/?#@[\]]{1,255})(?::(\d{1,5}))?$/i;
const MAX_PORT = 65_535;

/** Splits a host into address and port; a hostile one gives nothing. */
export function parseHost(host: string | undefined): HostParts | undefined {
  const match = host === undefined ? null : HOST.exec(host);
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  if (match === null || port === 0 || (port ?? 0) > MAX_PORT) {
    return undefined;
  }
  return { address: (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
}
