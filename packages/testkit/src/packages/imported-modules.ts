import { parseSync } from '@swc/core';
import type { SourceFile } from './workspace.js';

/** One module that a file names. */
export interface ImportedModule {
  readonly name: string;
  /** Whether only types are taken from it, so that nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

/** The parts of a syntax tree's nodes that can name a module. */
interface SyntaxNode {
  readonly type?: string;
  readonly value?: unknown;
  readonly typeOnly?: boolean;
  readonly isTypeOnly?: boolean;
  readonly specifiers?: readonly SyntaxNode[];
  readonly source?: SyntaxNode | null;
  readonly argument?: SyntaxNode;
  readonly callee?: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly id?: SyntaxNode;
  readonly arguments?: readonly { readonly expression: SyntaxNode }[];
}

/**
 * The modules that a file imports or requires: statically, dynamically with a literal name, for types only, as an
 * `import('…')` type, or to augment them; sorted by name, each once.
 *
 * A full parser is used because module lexers see neither types nor `require`, and a declaration file that names a
 * foreign type binds its users as much as an import does.
 * @throws when the file can't be parsed
 */
export function importedModules(file: SourceFile): readonly ImportedModule[] {
  const syntax = file.path.endsWith('.ts')
    ? ({ syntax: 'typescript', decorators: true } as const)
    : ({ syntax: 'ecmascript' } as const);
  const found = new Map<string, boolean>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
    } else if (typeof node === 'object' && node !== null) {
      const named = moduleNamedBy(node);
      if (typeof named?.name === 'string') {
        found.set(named.name, named.typeOnly && (found.get(named.name) ?? true));
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(parseSync(file.text, { ...syntax, target: 'es2022' }).body);
  return [...found].map(([name, typeOnly]) => ({ name, typeOnly })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function moduleNamedBy(node: SyntaxNode): { name: unknown; typeOnly: boolean } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return { name: node.source?.value, typeOnly: node.typeOnly === true || namesOnlyTypes(node.specifiers) };
    case 'TsImportType':
      return { name: node.argument?.value, typeOnly: true };
    case 'TsExternalModuleReference':
      return { name: node.expression?.value, typeOnly: false };
    case 'TsModuleDeclaration':
      return node.id?.type === 'StringLiteral' ? { name: node.id.value, typeOnly: true } : undefined;
    case 'CallExpression':
      return { name: nameOfCalledModule(node), typeOnly: false };
    default:
      return undefined;
  }
}

/** `import { type A, type B }`: the compiler removes such an import as a whole. */
function namesOnlyTypes(specifiers: readonly SyntaxNode[] = []): boolean {
  return specifiers.length > 0 && specifiers.every((specifier) => specifier.isTypeOnly === true);
}

function nameOfCalledModule({ callee, arguments: [first] = [] }: SyntaxNode): unknown {
  const loads = callee?.type === 'Import' || (callee?.type === 'Identifier' && callee.value === 'require');
  return loads && first?.expression.type === 'StringLiteral' ? first.expression.value : undefined;
}
