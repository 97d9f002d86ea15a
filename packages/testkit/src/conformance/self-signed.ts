import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and its certificate, PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, utcTime: 0x17, sequence: 0x30, set: 0x31 };
/** Context-specific tags: the version, the extensions, and within a subject's alternative names a DNS name and an address. */
const CONTEXT = { version: 0xa0, extensions: 0xa3, dnsName: 0x82, address: 0x87 };

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const DAY_MILLIS = 86_400_000;

/**
 * Makes a certificate for `localhost` and 127.0.0.1 that is valid today, signed by its own key.
 *
 * Node can make keys but no certificates; a key that lies in the repository would expire and set off secret scanners.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function createSelfSigned(now = Date.now()): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(TAG.sequence, oid(ECDSA_WITH_SHA256));
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid(COMMON_NAME), der(TAG.utf8, Buffer.from('localhost')))));
  const body = der(
    TAG.sequence,
    der(CONTEXT.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.from([1])),
    algorithm,
    name,
    der(TAG.sequence, utcTime(now - DAY_MILLIS), utcTime(now + DAY_MILLIS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(CONTEXT.extensions, der(TAG.sequence, alternativeNames())),
  );
  const signature = der(TAG.bits, Buffer.from([0]), sign('sha256', body, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(TAG.sequence, body, algorithm, signature)),
  };
}

function alternativeNames(): Buffer {
  const names = der(
    TAG.sequence,
    der(CONTEXT.dnsName, Buffer.from('localhost')),
    // Reached through a proxy alone.
    der(CONTEXT.dnsName, Buffer.from('otlp.example')),
    der(CONTEXT.address, Buffer.from([127, 0, 0, 1])),
  );
  return der(TAG.sequence, oid(SUBJECT_ALT_NAME), der(TAG.octets, names));
}

function oid(bytes: readonly number[]): Buffer {
  return der(TAG.oid, Buffer.from(bytes));
}

/** `YYMMDDHHMMSSZ`. */
function utcTime(millis: number): Buffer {
  const digits = new Date(millis).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(TAG.utcTime, Buffer.from(`${digits}Z`));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...derLength(content.length)]), content]);
}

/** Short form below 128, otherwise the number of length bytes first. */
function derLength(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
