import type { OutgoingRequest } from '../../outgoing/outgoing-request.js';

/** A request that has not ended. */
export interface OpenRequest {
  readonly request: OutgoingRequest;
  protocolVersion: string | undefined;
  /** Whether a channel has told of an answer. */
  isAnswered: boolean;
}
