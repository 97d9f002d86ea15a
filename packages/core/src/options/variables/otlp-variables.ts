import type { Variable } from './variable.js';

/** What can be said of the way to an OTLP destination, for all signals and for each one. */
const OTLP_SETTINGS = {
  ENDPOINT: { kind: 'url', meaning: 'Where OTLP goes', fallback: 'http://localhost:4318' },
  HEADERS: { kind: 'secret-pairs', meaning: 'Headers of every request, such as a key', fallback: 'none' },
  TIMEOUT: { kind: 'millis', zero: 'no limit', meaning: 'How long one export may take, retries included', fallback: 10_000 },
  COMPRESSION: { kind: 'word', meaning: 'The compression of the requests', values: ['gzip', 'none'], fallback: 'none' },
  PROTOCOL: { kind: 'word', meaning: 'How OTLP is sent', values: ['http/protobuf', 'http/json', 'grpc'], fallback: 'http/protobuf' },
  INSECURE: { kind: 'flag', meaning: 'A gRPC endpoint without a scheme is spoken to without TLS', fallback: false },
  CERTIFICATE: { kind: 'file', meaning: 'The authority that signed the certificate of the destination', fallback: 'none' },
  CLIENT_CERTIFICATE: { kind: 'file', meaning: "The client's own certificate", fallback: 'none' },
  CLIENT_KEY: { kind: 'file', meaning: "The key of the client's own certificate", fallback: 'none' },
} as const satisfies Record<string, Variable>;

type OtlpSettings = typeof OTLP_SETTINGS;
type SignalPrefix = '' | 'TRACES_' | 'METRICS_' | 'LOGS_';
type OtlpVariables<P extends SignalPrefix> = {
  readonly [S in keyof OtlpSettings as `OTEL_EXPORTER_OTLP_${P}${S}`]: OtlpSettings[S];
};

/** The variables of the way to an OTLP destination, those of one signal or the general ones. */
export function otlpVariables<P extends SignalPrefix>(prefix: P): OtlpVariables<P> {
  const signal = prefix === '' ? '' : `, for ${prefix.slice(0, -1).toLowerCase()} alone`;
  return Object.fromEntries(
    Object.entries(OTLP_SETTINGS).map(([setting, variable]) => [
      `OTEL_EXPORTER_OTLP_${prefix}${setting}`,
      {
        ...variable,
        meaning: `${variable.meaning}${setting === 'ENDPOINT' && signal !== '' ? ' as it stands' : ''}${signal}`,
        ...(signal === '' ? {} : { general: `OTEL_EXPORTER_OTLP_${setting}` }),
      },
    ]),
  ) as unknown as OtlpVariables<P>;
}
