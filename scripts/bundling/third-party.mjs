import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const RULE = '-'.repeat(80);

/**
 * Writes which packages a bundle holds parts of, with their licences, each text once.
 * @param {string} target the file
 * @param {readonly string[]} files all that was taken in
 * @throws {Error} when a package brings no licence
 */
export async function writeThirdPartyNotice(target, files) {
  const folders = [...new Set(files.flatMap(packageFolder))].sort();
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const text = await licenceOf(folder);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${RULE}\n${[...new Set(names)].join('\n')}\n${RULE}\n\n${text}\n`);
  await writeFile(target, `This package holds parts of these packages, under their own licences.\n\n${parts.join('\n')}`);
}

/** The folder of the package that a file of node_modules belongs to. */
function packageFolder(file) {
  const match = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file);
  return match === null ? [] : [match[1]];
}

async function licenceOf(folder) {
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice)/i.test(name)).sort();
  if (files.length === 0) {
    throw new Error(`${folder} has no licence to hand on`);
  }
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n').trim();
}
