import { areHeaders } from '../../destinations/delivery-checks.js';
import type { Signal } from '../../destinations/destination.js';
import { HTTP_URL, hideUrlSecrets, isHttpUrl } from '../../destinations/http-url.js';
import { isTransportHeader, OWN_HEADER } from '../../destinations/transport-headers.js';
import { isUsable, PEM, type CertificatePart } from '../certificate-files.js';
import { VARIABLES } from '../variables/catalogue.js';
import { parsePairs } from '../variables/value-parsing.js';
import { FileSection, type FileValue } from './file-section.js';
import { FLAG, hidden, TEXT, TIMEOUT, word } from './file-values.js';
import { variables, type FileExporter, type FileReading, type VariableSettings } from './settings.js';

const UNSUPPORTED = ['otlp_file/development', 'prometheus/development', 'zipkin'];

const ENDPOINT: FileValue<string> = {
  parse: (content) => (isHttpUrl(content) ? content : undefined),
  allowed: HTTP_URL,
  show: hideUrlSecrets,
};

const HOST_OR_ENDPOINT: FileValue<string> = {
  parse: (content) => (typeof content === 'string' && (isHttpUrl(content) || isHost(content)) ? content : undefined),
  allowed: `${HTTP_URL}, or a host and a port`,
  show: hideUrlSecrets,
};

const PAIRS: FileValue<Record<string, string>> = {
  parse: (content) => {
    const pairs = typeof content === 'string' ? parsePairs(content) : undefined;
    return pairs !== undefined && areHeaders(pairs) ? pairs : undefined;
  },
  allowed: 'key=value,key=value, percent-encoded',
};

/** Format 1.0 has a section for them; the keys of 0.4 stand beside the endpoint. */
const CERTIFICATES = [
  ['CERTIFICATE', 'ca', 'ca_file', 'certificate_file'],
  ['CLIENT_CERTIFICATE', 'cert', 'cert_file', 'client_certificate_file'],
  ['CLIENT_KEY', 'key', 'key_file', 'client_key_file'],
] as const;

const TEMPORALITIES = ['cumulative', 'delta', 'low_memory'] as const;

/** Reads where a processor or reader sends to; `undefined` for what is wrong or unknown to Otelier. */
export function readExporter(parent: FileSection, signal: Signal, reading: FileReading): FileExporter | undefined {
  const exporter = parent.section('exporter');
  if (exporter === undefined) {
    parent.wrong('it has no exporter');
    return undefined;
  }
  const chosen = exporter.choice(['otlp_http', 'otlp_grpc', 'console'], UNSUPPORTED);
  if (chosen === undefined) {
    return undefined;
  }
  const { name, section } = chosen;
  return FileSection.read(section, () => {
    const own = name === 'console' ? {} : readOtlp(section, { signal, isGrpc: name === 'otlp_grpc' }, reading);
    const metrics = signal === 'metrics' ? readMetricSettings(section) : {};
    return { kind: name === 'console' ? 'console' : 'otlp', signal, variables: { ...own, ...metrics } };
  });
}

function readOtlp(
  section: FileSection,
  { signal, isGrpc }: { readonly signal: Signal; readonly isGrpc: boolean },
  reading: FileReading,
): VariableSettings {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase() as Uppercase<Signal>}` as const;
  const encoding = isGrpc ? undefined : section.value('encoding', word(['protobuf', 'json']));
  const certificates = readCertificates(section, isGrpc, reading);
  const endpoint = section.value('endpoint', isGrpc ? HOST_OR_ENDPOINT : ENDPOINT);
  const scheme = endpoint === undefined || isHttpUrl(endpoint) ? '' : certificates.isInsecure ? 'http://' : 'https://';
  return variables({
    [`${own}_PROTOCOL`]: isGrpc ? 'grpc' : encoding === 'json' ? 'http/json' : 'http/protobuf',
    [`${own}_ENDPOINT`]: `${scheme}${endpoint ?? ''}` || undefined,
    [`${own}_HEADERS`]: readHeaders(section),
    [`${own}_TIMEOUT`]: section.value('timeout', TIMEOUT),
    [`${own}_COMPRESSION`]: section.value('compression', word(['gzip', 'none'])),
    ...Object.fromEntries(certificates.files.map(([name, file]) => [`${own}_${name}`, file])),
  });
}

/** gRPC is used to addresses without a scheme. */
function isHost(text: string): boolean {
  return !text.includes('/') && isHttpUrl(`http://${text}`);
}

/** Single entries win over the list. */
function readHeaders(section: FileSection): string | undefined {
  const listed = Object.entries(section.value('headers_list', hidden(PAIRS)) ?? {});
  const single = section.sections('headers').flatMap((entry) => FileSection.read(entry, readHeader));
  const all = new Map([...listed, ...single].map(([name, value]) => [name.toLowerCase(), value] as const));
  const refused = [...all.keys()].filter(isTransportHeader);
  if (refused.length > 0) {
    section.wrong(`a header is ${refused.join(', ')}, but may be ${OWN_HEADER}`);
    refused.forEach((name) => all.delete(name));
  }
  const pairs = [...all].map((pair) => pair.map(encodeURIComponent).join('='));
  return pairs.length === 0 ? undefined : pairs.join(',');
}

function readHeader(entry: FileSection): (readonly [string, string])[] {
  const name = entry.value('name', TEXT);
  const value = entry.secretText('value');
  if (name === undefined) {
    entry.wrong('it has no name');
  }
  if (name === undefined || value === undefined) {
    return [];
  }
  if (!areHeaders({ [name]: value })) {
    entry.wrong('it is not a legal header');
    return [];
  }
  return [[name, value]];
}

interface FileCertificates {
  readonly files: readonly (readonly [name: string, file: string])[];
  readonly isInsecure: boolean;
}

function readCertificates(section: FileSection, isGrpc: boolean, { readFile }: FileReading): FileCertificates {
  const contents: Partial<Record<CertificatePart, Buffer | undefined>> = {};
  const file = (part: CertificatePart): FileValue<string> => ({
    parse: (_content, { text = '' }) => {
      const content = readFile(text);
      const isRight = content !== undefined && isUsable({ [part]: content });
      contents[part] = isRight ? content : undefined;
      return isRight ? text : undefined;
    },
    allowed: PEM[part],
  });
  const tls = section.section('tls');
  const read = (): FileCertificates => {
    const files = CERTIFICATES.flatMap(([name, part, key, older]) => {
      const found = tls?.value(key, file(part)) ?? section.older(older, file(part));
      return found === undefined ? [] : [[name, found] as const];
    });
    const { cert, key } = contents;
    const isPair = cert === undefined || key === undefined || isUsable({ cert, key });
    if (!isPair) {
      (tls ?? section).wrong('the key is not that of the certificate');
    }
    return {
      files: isPair ? files : files.filter(([name]) => name === 'CERTIFICATE'),
      isInsecure: isGrpc && (tls?.value('insecure', FLAG) ?? section.older('insecure', FLAG)) === true,
    };
  };
  return tls === undefined ? read() : FileSection.read(tls, read);
}

function readMetricSettings(section: FileSection): VariableSettings {
  const { values } = VARIABLES.OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION;
  return variables({
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: section
      .value('temporality_preference', word(TEMPORALITIES))
      ?.replace('_', ''),
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: section.value('default_histogram_aggregation', word(values)),
  });
}
