import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { workspaceRoot } from './published-packages.mjs';

/**
 * Runs a program in the workspace with its output shown, and waits for its end.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ stdio?: import('node:child_process').StdioOptions, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} the exit code; 128 + signal number when a signal ended it, 127 when it did not start
 */
export function run(program, programArguments, options = {}) {
  return new Promise((resolve) => {
    // npm's programs are .cmd files on Windows, which only a shell starts.
    const shell = process.platform === 'win32' && program !== process.execPath;
    const child = spawn(program, programArguments, { cwd: workspaceRoot, stdio: 'inherit', shell, ...options });
    // The terminal sends Ctrl-C to the child as well: this process stays until the child has cleaned up.
    const wait = () => undefined;
    process.on('SIGINT', wait);
    const end = (code) => {
      process.off('SIGINT', wait);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      end(127);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
