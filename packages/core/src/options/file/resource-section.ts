import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { parsePairs } from '../variables/value-parsing.js';
import { isList, type FileNode } from './file-node.js';
import { FileSection, type FileValue } from './file-section.js';
import { TEXT, word } from './file-values.js';
import { variables, type VariableSettings } from './settings.js';

const SCALARS = {
  // Who writes a number says so with its type; who has a variable put in can't know what it looks like.
  string: ({ content, text, source }: FileNode) => (typeof content === 'string' || text !== source ? text : undefined),
  bool: ({ content }: FileNode) => (typeof content === 'boolean' ? content : undefined),
  int: ({ content }: FileNode) => (typeof content === 'number' && Number.isSafeInteger(content) ? content : undefined),
  double: ({ content }: FileNode) => (typeof content === 'number' ? content : undefined),
} as const;

type ScalarType = keyof typeof SCALARS;
const SCALAR_TYPES = Object.keys(SCALARS) as ScalarType[];
const TYPES = [...SCALAR_TYPES, ...SCALAR_TYPES.map((type) => `${type}_array` as const)];

const PAIRS: FileValue<Record<string, string>> = {
  parse: (content) => (typeof content === 'string' ? parsePairs(content) : undefined),
  allowed: 'key=value,key=value, percent-encoded',
};

/** What `resource` comes to. */
export interface ResourceSettings {
  readonly attributes: Attributes;
  readonly variables: VariableSettings;
}

/** Reads `resource`; its single attributes win over the list. */
export function readResource(resource: FileSection): ResourceSettings {
  resource.unsupported(['schema_url']);
  const listed = resource.value('attributes_list', PAIRS) ?? {};
  const single = resource.sections('attributes').flatMap((entry) => FileSection.read(entry, readAttribute));
  const detection = resource.section('detection/development');
  return {
    attributes: { ...listed, ...Object.fromEntries(single) },
    variables: detection === undefined ? {} : FileSection.read(detection, readDetection),
  };
}

function readAttribute(entry: FileSection): (readonly [string, AttributeValue])[] {
  const name = entry.value('name', TEXT);
  const type = entry.value('type', word(TYPES)) ?? 'string';
  const value = entry.value('value', { parse: (_content, node) => typed(node, type), allowed: describe(type) });
  if (!entry.has('name') || !entry.has('value')) {
    entry.wrong('it has not both a name and a value');
  }
  return name === undefined || value === undefined ? [] : [[name, value]];
}

function typed(node: FileNode, type: (typeof TYPES)[number]): AttributeValue | undefined {
  const scalar = type.replace('_array', '') as ScalarType;
  if (scalar === type) {
    return SCALARS[scalar](node);
  }
  const items = isList(node.content) ? node.content.map((item) => SCALARS[scalar](item)) : [undefined];
  return items.includes(undefined) ? undefined : (items as AttributeValue);
}

function describe(type: (typeof TYPES)[number]): string {
  return type.endsWith('_array') ? `a list of type ${type.replace('_array', '')}` : `of type ${type}`;
}

/** Host, process and service are always found out; the container where it is asked for. */
function readDetection(detection: FileSection): VariableSettings {
  detection.unsupported(['attributes']);
  const found = detection
    .sections('detectors')
    .map((entry) => entry.choice(['container', 'host', 'process', 'service', 'env'])?.name);
  return variables({ OTEL_NODE_RESOURCE_DETECTORS: found.includes('container') ? 'container' : undefined });
}
