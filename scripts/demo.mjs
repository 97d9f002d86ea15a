import { bootstrap } from './bootstrap.mjs';

try {
  await bootstrap();
  // Imported late: what the demo imports is installed only now.
  const { runDemo } = await import('../examples/shop/runner/demo.mjs');
  process.exitCode = await runDemo(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
