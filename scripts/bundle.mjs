import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePackage } from './bundling/bundle-package.mjs';
import { publishDeclarations } from './bundling/declarations.mjs';
import { fingerprint } from './bundling/fingerprint.mjs';
import { writeModuleEntry } from './bundling/module-entry.mjs';
import { writeThirdPartyNotice } from './bundling/third-party.mjs';
import { promisedFiles, readPublishedPackages } from './published-packages.mjs';

/**
 * Makes what is published of each package, from its sources and from the declarations that the compiler has made of
 * them: nothing that is up to date is made again. With --check it makes nothing and says what is not up to date.
 */
const checks = process.argv.includes('--check');

const ENTRIES = { core: ['index', 'adapter', 'register', 'testing'] };

/** What lies in dist beside the bundle and what hands it on. */
const BESIDE = ['declarations', 'declarations.tsbuildinfo', 'esm-types', 'fingerprint', 'THIRD-PARTY.txt', 'types'];

for (const published of await readPublishedPackages()) {
  const stamp = join(published.directory, 'dist/fingerprint');
  const made = await readFile(stamp, 'utf8').catch(() => '');
  const now = await fingerprint(published.directory);
  const isWhole = promisedFiles(published.manifest).every((file) => existsSync(join(published.directory, file)));
  if (made === now && isWhole) {
    continue;
  }
  if (checks) {
    process.stdout.write(`packages/${published.folder}/dist is not what its sources give: run npm run build\n`);
  } else {
    await make(published);
    await writeFile(stamp, now);
  }
}

async function make({ folder, directory, manifest }) {
  const entries = ENTRIES[folder] ?? ['index'];
  // NestJS is published as ES modules alone, which cannot be required while they are being loaded.
  const twice = folder === 'nestjs';
  const shared = folder === 'core' ? 'core' : undefined;
  const { made, sources } = await bundlePackage({ directory, manifest }, { entries, format: 'cjs', shared });
  await publishDeclarations({ directory }, { entries, twice });
  if (twice) {
    await bundlePackage({ directory, manifest }, { entries, format: 'esm' });
  } else {
    await Promise.all(entries.map((entry) => writeModuleEntry(directory, entry)));
  }
  if (folder === 'core') {
    await writeThirdPartyNotice(join(directory, 'dist/THIRD-PARTY.txt'), sources);
  }
  const missing = promisedFiles(manifest).filter((file) => !existsSync(join(directory, file)));
  if (missing.length > 0) {
    throw new Error(`the build of ${manifest.name} lacks ${missing.join(', ')}`);
  }
  await removeOthers(directory, [...made, ...entries.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`])]);
}

/** Last, so that a program that runs meanwhile finds its files. */
async function removeOthers(directory, made) {
  const dist = join(directory, 'dist');
  const others = (await readdir(dist)).filter((name) => !made.includes(name) && !BESIDE.includes(name));
  await Promise.all(others.map((name) => rm(join(dist, name), { recursive: true, force: true })));
}
