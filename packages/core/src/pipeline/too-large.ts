const GRPC_TOO_LARGE = /larger than max|exceeds max/i;

/** Whether a destination has refused a request for its size, so that it may take parts of it. */
export function isTooLarge(error: Error & { readonly code?: unknown }): boolean {
  return error.code === 413 || (error.code === 'gRPC status RESOURCE_EXHAUSTED' && GRPC_TOO_LARGE.test(error.message));
}
