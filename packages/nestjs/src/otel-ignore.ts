import { SetMetadata } from '@nestjs/common';

/** The metadata key of {@link OtelIgnore}. */
export const OTEL_IGNORE = 'otelier:ignore';

/**
 * Leaves the requests of a handler, or of all handlers of a controller, out of the traces, and what is done for them
 * from the first guard on; `@OtelIgnore(false)` on a handler takes it in again. The metrics stay, unless
 * `ignore.metrics` says otherwise.
 *
 * What middleware does for such a request before its handler is known is still recorded. Rules by path (`ignore`) leave
 * that out too.
 */
export function OtelIgnore(ignored = true): ClassDecorator & MethodDecorator {
  return SetMetadata(OTEL_IGNORE, ignored);
}
