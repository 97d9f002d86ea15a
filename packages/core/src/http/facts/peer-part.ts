import type { Attributes } from '@opentelemetry/api';
import { objectNotes } from '../../given-object.js';
import { SharedAttributes } from '../../tracing/attribute-parts.js';
import type { RequestHead } from './request-head.js';

type PeerSocket = NonNullable<RequestHead['socket']>;

/** The other end of a connection. */
export interface Peer {
  readonly attributes: SharedAttributes;
  /** The client's address where the other end is not the client; else it is among the attributes. */
  readonly otherClient: string | undefined;
}

interface KnownPeer extends Peer {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly client: string | undefined;
}

/** Of connections, over which many requests come. */
const peers = objectNotes<PeerSocket, KnownPeer>();

/** @param client - the address of the client, behind trusted proxies */
export function peerPart(socket: PeerSocket, client: string | undefined): Peer {
  const { remoteAddress: address, remotePort: port } = socket;
  const known = peers.get(socket);
  if (known !== undefined && known.address === address && known.port === port && known.client === client) {
    return known;
  }
  const isClient = client !== undefined && client === address;
  const attributes: Attributes = {
    ...(address === undefined ? {} : { 'network.peer.address': address }),
    ...(port === undefined ? {} : { 'network.peer.port': port }),
    ...(isClient ? { 'client.address': client } : {}),
  };
  const otherClient = isClient ? undefined : client;
  const peer = { address, port, client, attributes: new SharedAttributes(attributes), otherClient };
  peers.set(socket, peer);
  return peer;
}
