import { readFile } from 'node:fs/promises';

/**
 * Prints the totals of a Jest result file as `N passed, N failed`. A suite that could not be run counts as a failure,
 * and so does a result file that isn't there: the run ended before Jest could write it.
 */
const [file] = process.argv.slice(2);
const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
const passed = results?.numPassedTests ?? 0;
const failed = results === undefined ? 1 : results.numFailedTests + results.numRuntimeErrorTestSuites;

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
