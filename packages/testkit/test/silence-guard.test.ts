import { join } from 'node:path';
import { runProgram } from '@otelier/testkit';

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: { readonly title: string; readonly status: string; readonly failureMessages: string[] }[];
}

const folder = join(__dirname, '../fixtures/silence');
const jestProgram = join(require.resolve('jest/package.json'), '../bin/jest.js');

async function runFixtures(...args: string[]): Promise<{ files: Record<string, FileResult>; printed: string }> {
  const config = join(folder, 'jest.config.cjs');
  const program = await runProgram(jestProgram, { args: ['--config', config, '--json', ...args], cwd: folder });
  const { code, stdout, stderr } = await program.exit;
  expect(code).toBe(1);
  const { testResults } = JSON.parse(stdout) as { testResults: FileResult[] };
  const files = testResults.map((file) => [file.name.replace(/^.*\//, ''), file] as const);
  return { files: Object.fromEntries(files), printed: stderr };
}

describe.each([
  ['in the process of Jest itself', '--runInBand'],
  ['in worker processes', '--maxWorkers=2'],
])('the silence guard %s', (_, mode) => {
  let files: Record<string, FileResult>;
  let printed: string;

  beforeAll(async () => {
    ({ files, printed } = await runFixtures(mode));
  });

  const fileResult = (name: string): FileResult => {
    const result = files[name];
    if (!result) {
      throw new Error(`Jest did not run ${name}: ${printed}`);
    }
    return result;
  };
  const complaints = (title: string): string[] | undefined =>
    fileResult('noisy.test.ts').assertionResults.find((result) => result.title === title)?.failureMessages;

  it.each([
    ['console.log', 'unexpected output on console (stdout): printed with console.log'],
    ['console.error', 'unexpected output on console (stderr): printed with console.error { a: 1 }'],
    ['process.stdout', 'unexpected output on stdout: written to stdout'],
    ['process.stderr', 'unexpected output on stderr: written to stderr'],
    ['diag.warn', 'unexpected output on diag.warn: said by diag with details'],
    ['asynchronously', 'unexpected output on console (stdout): printed later'],
    [
      'an unexpected diagnostic',
      'unexpected output on console (stderr): [otelier] NOT_EXPECTED: something happened. Do this.',
    ],
    [
      'another diagnostic than the expected one',
      'unexpected output on console (stderr): [otelier] OTHER: something happened. Do this.',
    ],
    ['an expected diagnostic with a line of its own beside it', 'unexpected output on console (stderr): beside it'],
    ['no diagnostic where one is expected', 'the expected diagnostic NEVER_SENT did not come'],
    ['before a test', 'unexpected output on console (stdout): printed in beforeEach'],
    ['after a test', 'unexpected output on console (stdout): printed in afterEach'],
  ])('fails a test that writes: %s', (title, complaint) => {
    expect(complaints(title)).toEqual([`SilenceGuard: ${complaint}`]);
  });

  it('passes tests that are silent or write what they expect', () => {
    const { status, assertionResults } = fileResult('quiet.test.ts');
    expect(assertionResults.map((result) => [result.status, ...result.failureMessages])).toEqual(
      Array.from({ length: 4 }, () => ['passed']),
    );
    expect(status).toBe('passed');
  });

  it('fails the file whose hooks or top level write, and no test of it', () => {
    const { status, message, assertionResults } = fileResult('outside.test.ts');
    expect(status).toBe('failed');
    for (const place of ['while the file loads', 'in beforeAll', 'in afterAll']) {
      expect(message).toContain(`unexpected output on console (stdout): printed ${place}`);
    }
    expect(assertionResults.map((result) => result.status)).toEqual(['passed']);
  });

  it("leaves Jest's own report alone", () => {
    expect(printed).toContain('Tests:       12 failed, 5 passed, 17 total');
    expect(printed).toContain('FAIL');
  });
});
