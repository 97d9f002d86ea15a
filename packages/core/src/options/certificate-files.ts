import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

/** What a PEM file can be of. */
export type CertificatePart = 'ca' | 'cert' | 'key';

/** What a PEM file may hold, for messages. */
export const PEM: Readonly<Record<CertificatePart, string>> = {
  ca: 'a file that can be read, with a certificate in PEM',
  cert: 'a file that can be read, with a certificate in PEM',
  key: 'a file that can be read, with a private key in PEM that has no passphrase',
};

/** Whether a connection over TLS can be made with the content of a file, and with two that belong together. */
export function isUsable(parts: Readonly<Partial<Record<CertificatePart, Buffer>>>): boolean {
  try {
    createSecureContext(parts);
    // It takes anything for an authority, and trusts nobody then.
    return parts.ca === undefined || (parts.ca.includes('-----BEGIN') && new X509Certificate(parts.ca).raw.length > 0);
  } catch {
    // What OpenSSL says of it names no file.
    return false;
  }
}
