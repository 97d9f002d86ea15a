import { runDemo } from './runner/demo.mjs';

process.exitCode = await runDemo(process.argv.slice(2));
