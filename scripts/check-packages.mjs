import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { findMachineTraces } from './machine-traces.mjs';
import { packAll } from './pack.mjs';
import { promisedFiles, readPublishedPackages, workspaceRoot } from './published-packages.mjs';

const binaries = join(workspaceRoot, 'node_modules/.bin');

/** Runs a program; its output is the problem when it doesn't end with 0. */
async function complaints(program, programArguments) {
  try {
    await promisify(execFile)(join(binaries, program), programArguments, { cwd: workspaceRoot, maxBuffer: 2 ** 26 });
    return [];
  } catch (error) {
    return [`${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message];
  }
}

/** publint: does the manifest keep its promises in the tarball? Suggestions count too. */
async function lintManifest(manifest, tarball) {
  const { buffer, byteOffset, byteLength } = await readFile(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** Only what a user needs is in the tarball, and all of it. */
async function checkContents(manifest, tarball) {
  const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball]);
  const files = stdout.trim().split('\n').map((file) => file.replace(/^package\//, './'));
  const required = [...promisedFiles(manifest), './README.md', './LICENSE', './dist/types/package.json'];
  const allowed =
    /^\.\/(package\.json|README\.md|LICENSE|dist\/THIRD-PARTY\.txt|dist\/[\w-]+\.(cjs|js|d\.ts)|dist\/types\/package\.json|dist\/(esm-)?types\/.*\.d\.ts)$/;
  const packed = await promisify(execFile)('tar', ['-xzOf', tarball, 'package/package.json']);
  return [
    ...required.filter((file) => !files.includes(file)).map((file) => `${file} is not in the tarball`),
    ...files.filter((file) => !allowed.test(file)).map((file) => `${file} should not be in the tarball`),
    ...(packed.stdout.includes('workspace:') ? ['the packed manifest names a version as workspace:'] : []),
  ];
}

const directory = await mkdtemp(join(tmpdir(), 'otelier-pack-'));
const results = [];
try {
  const tarballs = await packAll(directory);
  for (const { manifest } of await readPublishedPackages()) {
    const tarball = tarballs[manifest.name];
    results.push(
      { check: `publint ${manifest.name}`, problems: await lintManifest(manifest, tarball) },
      { check: `attw ${manifest.name}`, problems: await complaints('attw', [tarball, '--no-emoji', '--no-color']) },
      { check: `contents ${manifest.name}`, problems: await checkContents(manifest, tarball) },
    );
  }
  results.push(
    { check: 'knip', problems: await complaints('knip', ['--no-progress']) },
    { check: 'no registry host, no machine path', problems: await findMachineTraces() },
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}

for (const { check, problems } of results) {
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check}\n`);
  problems.forEach((problem) => process.stdout.write(`     ${problem.replaceAll('\n', '\n     ')}\n`));
}
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;
