import type { OutgoingCall } from '../../outgoing/outgoing-call.js';
import { addressedHost, requestOrigin } from './addressed-host.js';
import { UndiciHeaders } from './request-headers.js';
import type { UndiciRequest } from './undici-messages.js';

/** Describes a request of undici's that has not been sent. */
export function undiciCall(request: UndiciRequest): OutgoingCall {
  const origin = requestOrigin(request);
  const headers = new UndiciHeaders(request);
  return {
    method: request.method,
    scheme: origin.scheme,
    authority: addressedHost(request, origin),
    path: request.path,
    headers,
    settable: headers,
  };
}
