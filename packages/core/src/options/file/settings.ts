import type { Attributes } from '@opentelemetry/api';
import type { Signal } from '../../destinations/destination.js';
import type { VariableName } from '../variables/catalogue.js';
import type { FileProblems } from './file-problems.js';

/** Variables that say the same as a part of a configuration file. */
export type VariableSettings = Partial<Record<VariableName, string>>;

/** One exporter of a configuration file: a destination of one signal, with variables of its own. */
export interface FileExporter {
  readonly kind: 'otlp' | 'console';
  readonly signal: Signal;
  readonly variables: VariableSettings;
}

/** What a configuration file comes to. */
export interface FileSettings {
  /** What variables can say too, as they would say it. */
  readonly variables: VariableSettings;
  /** With the types that the file gives them. */
  readonly resourceAttributes: Attributes;
  readonly exporters: readonly FileExporter[];
}

/** What reading a part of a configuration file needs beside that part. */
export interface FileReading {
  readonly problems: FileProblems;
  /** The content of a file; `undefined` when it can't be read. */
  readonly readFile: (path: string) => Buffer | undefined;
}

/** Variables for what is set; the others stay unset. */
export function variables(values: Partial<Record<VariableName, string | number | boolean | undefined>>): VariableSettings {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}
