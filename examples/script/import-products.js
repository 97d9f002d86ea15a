import { readFile } from 'node:fs/promises';
import { runScript, withSpan } from '@otelier/core';
import { parseProducts } from './parse-products.js';

const [file] = process.argv.slice(2);

const products = await runScript('import products', async (span) => {
  if (file === undefined) {
    console.error('usage: node import-products.js <file.csv>');
    process.exit(2);
  }
  const text = await withSpan('read file', () => readFile(file, 'utf8'));
  const rows = withSpan('parse products', () => parseProducts(text));
  span.setAttribute('products.count', rows.length);
  return rows;
});

console.log(`${products.length} products imported`);
