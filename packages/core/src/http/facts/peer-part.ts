import type { Attributes } from '@opentelemetry/api';
import { objectNotes } from '../../given-object.js';
import { SharedAttributes } from '../../tracing/attribute-parts.js';
import type { RequestHead } from './request-head.js';

type PeerSocket = NonNullable<RequestHead['socket']>;

interface KnownPeer {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly isClient: boolean;
  readonly attributes: SharedAttributes;
}

/** Of connections, over which many requests come; those of a proxy bring those of many clients. */
const peers = objectNotes<PeerSocket, KnownPeer>();

/**
 * The other end of a connection.
 *
 * @param isClient - whether that is the client itself, whose address is among the attributes then
 */
export function peerPart(socket: PeerSocket, isClient: boolean): SharedAttributes {
  const { remoteAddress: address, remotePort: port } = socket;
  const known = peers.get(socket);
  if (known !== undefined && known.address === address && known.port === port && known.isClient === isClient) {
    return known.attributes;
  }
  const peer: Attributes = {
    ...(address === undefined ? {} : { 'network.peer.address': address }),
    ...(port === undefined ? {} : { 'network.peer.port': port }),
    ...(isClient && address !== undefined ? { 'client.address': address } : {}),
  };
  const attributes = new SharedAttributes(peer);
  peers.set(socket, { address, port, isClient, attributes });
  return attributes;
}
