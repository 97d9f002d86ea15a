import type { OutgoingCall } from '../../outgoing/outgoing-call.js';
import { addressedHost } from './addressed-host.js';
import { UndiciHeaders } from './request-headers.js';
import type { UndiciRequest } from './undici-messages.js';

/** Describes a request of undici's that has not been sent. */
export function undiciCall(request: UndiciRequest): OutgoingCall {
  const { protocol } = new URL(request.origin);
  const headers = new UndiciHeaders(request);
  return {
    method: request.method,
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: addressedHost(request),
    path: request.path,
    headers,
    settable: headers,
  };
}
