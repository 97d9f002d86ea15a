import type { OtlpDestination } from './destination.js';
import { checkEndpoint } from './delivery-checks.js';

/**
 * A viewer on the developer's own machine, or anything else there that takes OTLP over http/protobuf without a key. The
 * `OTEL_EXPORTER_OTLP_*` variables for address, headers, protocol and compression do not count.
 *
 * @param url - the base address
 * @throws TypeError when the address is not an absolute http or https URL
 */
export function viewer(url = 'http://localhost:4318'): OtlpDestination {
  checkEndpoint('viewer(url)', url);
  return {
    kind: 'otlp',
    name: 'viewer',
    endpoint: url,
    protocol: 'http/protobuf',
    headers: {},
    compression: 'none',
    signals: ['traces', 'metrics', 'logs'],
  };
}
