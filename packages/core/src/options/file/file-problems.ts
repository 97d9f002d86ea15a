import type { PendingProblem } from '../../diagnostics/report.js';
import type { FileNode } from './file-node.js';

/** Collects what can't be used of a configuration file. */
export class FileProblems {
  readonly list: PendingProblem[] = [];

  /** @param file - its path, for messages */
  constructor(private readonly file: string) {}

  /** The whole file can't be used. */
  unusable(reason: string, line?: number): void {
    const where = line === undefined ? this.file : `${this.file}:${line}`;
    this.list.push({
      code: 'OTELIER_CONFIG_INVALID',
      message: `${where}: ${reason}; the file is not used, and the variables count.`,
    });
  }

  /** A place holds something wrong. */
  wrong(node: FileNode, what: string, used = 'it is left out'): void {
    this.list.push({ code: 'OTELIER_CONFIG_INVALID', message: `${this.at(node)}: ${what}; ${used}.` });
  }

  /** A line holds something that YAML has no meaning for. */
  doubtful(line: number, what: string): void {
    this.list.push({ code: 'OTELIER_CONFIG_INVALID', message: `${this.file}:${line}: ${what}; it is left out.` });
  }

  /** A place holds what the format knows and Otelier does not have. */
  unsupported(node: FileNode, what = 'Otelier does not have this'): void {
    this.list.push({ code: 'OTELIER_CONFIG_UNSUPPORTED', message: `${this.at(node)}: ${what}; it is left out.` });
  }

  private at({ path, line }: FileNode): string {
    return `${this.file}:${line}: ${path}`;
  }
}
