// Lists which tests verify which acceptance ids: node scripts/list-acceptance.mjs [--issue 5] [--root <workspace>]
// Exits with 1 when an id asked for up to that issue has no test or a test names an id that does not exist.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    issue: { type: 'string', default: '5' },
    root: { type: 'string', default: dirname(dirname(fileURLToPath(import.meta.url))) },
  },
});
const issue = Number(values.issue);
if (!Number.isInteger(issue)) {
  console.error(`--issue is '${values.issue}'; it takes the number of an issue.`);
  process.exit(2);
}

const rows = readRows(join(values.root, 'docs', 'acceptance.md'));
const filesById = new Map(rows.map(({ id }) => [id, new Set()]));
const unknown = [];
for (const file of testFiles(values.root)) {
  for (const id of verifiedIds(readFileSync(file, 'utf8'))) {
    const name = relative(values.root, file);
    if (filesById.has(id)) {
      filesById.get(id).add(name);
    } else {
      unknown.push(`${id} in ${name}`);
    }
  }
}
report();

function report() {
  for (const { id, title } of rows) {
    const files = [...filesById.get(id)];
    if (files.length > 0) {
      console.log(`${id.padEnd(4)} ${title}\n${files.map((file) => `       ${file}`).join('\n')}`);
    }
  }
  const missing = rows.filter(({ id }) => filesById.get(id).size === 0);
  const due = missing.filter((row) => row.issue <= issue);
  const later = missing.filter((row) => row.issue > issue);
  console.log(`\n${rows.length - missing.length} of ${rows.length} ids have a test.`);
  if (later.length > 0) {
    console.log(`Without a test, asked for after issue ${issue}: ${listIds(later)}`);
  }
  if (due.length > 0) {
    console.log(`WITHOUT A TEST, asked for up to issue ${issue}: ${listIds(due)}`);
  }
  if (unknown.length > 0) {
    console.log(`UNKNOWN IDS in tests: ${unknown.join(', ')}`);
  }
  process.exitCode = due.length > 0 || unknown.length > 0 ? 1 : 0;
}

function listIds(list) {
  return list.map(({ id }) => id).join(' ');
}

function readRows(file) {
  const lines = readFileSync(file, 'utf8').matchAll(/^\| *([A-Z]\d+[a-z]?) *\| *(.+?) *\| *(\d+|–) *\|$/gm);
  const found = [...lines].map(([, id, title, number]) => ({
    id,
    title,
    issue: number === '–' ? Infinity : Number(number),
  }));
  if (found.length === 0) {
    throw new Error(`${file} has no table of acceptance ids`);
  }
  return found;
}

function testFiles(root) {
  const packages = join(root, 'packages');
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const folders = [
    ...names.map((name) => join(packages, name, 'test')),
    join(packages, 'testkit', 'src'),
    join(root, 'examples'),
    join(root, 'bench', 'test'),
  ];
  return folders.flatMap(sourcesIn).sort((a, b) => (a < b ? -1 : 1));
}

function sourcesIn(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcesIn(path);
    }
    return /\.[cm]?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

function verifiedIds(source) {
  // A comment counts as one only at the start of a line: strings such as a route hold the same characters.
  const code = source.replace(/^\s*\/\*[^]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const lists = code.matchAll(/\bverifies(?:\(|:)\s*(\[[^\]]*\]|'[^']*'|"[^"]*")/g);
  return [...lists].flatMap(([, list]) => [...list.matchAll(/['"]([^'"]+)['"]/g)].map(([, id]) => id));
}
