import { bootstrap } from './bootstrap.mjs';

try {
  await bootstrap();
  // Imported late: what the benchmark imports is installed only now.
  const { runBench } = await import('../bench/src/bench.mjs');
  process.exitCode = await runBench(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
