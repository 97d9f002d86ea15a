/** The packages of OpenTelemetry that are published as CommonJS alone. */
const PACKAGES = /[\\/]@opentelemetry[\\/](?:sdk-trace-node|context-async-hooks)[\\/]/;

const REQUIRED = /^(?:const|var) (\w+) = require\("([^"]+)"\);$/gm;
const HANDED_ON = /^Object\.defineProperty\(exports, "(\w+)", .* return (\w+)\.\1; } }\);$/gm;

/**
 * A plugin that makes ES modules of what the TypeScript compiler has made CommonJS of. What such a file requires could not
 * be left out in parts, and would all be wrapped in functions that run when it is required.
 */
export function modulesFromCommonJs() {
  return {
    name: 'modules-from-commonjs',
    transform(code, id) {
      return PACKAGES.test(id) ? { code: toModule(code, id), map: null, moduleType: 'js' } : null;
    },
  };
}

function toModule(code, id) {
  const sources = new Map([...code.matchAll(REQUIRED)].map(([, name, source]) => [name, source]));
  const text = code
    .replace(/^"use strict";$/m, '')
    .replace(/^Object\.defineProperty\(exports, "__esModule".*$/m, '')
    .replace(/^exports\.(?:\w+ = exports\.)*\w+ = void 0;$/m, '')
    .replace(REQUIRED, "import * as $1 from '$2';")
    .replace(/^exports\.(\w+) = \1;$/gm, 'export { $1 };')
    .replace(HANDED_ON, (_line, name, owner) => `export { ${name} } from '${sources.get(owner)}';`);
  if (/\bexports\b|\brequire\(/.test(text)) {
    throw new Error(`${id} is not the CommonJS that the TypeScript compiler makes`);
  }
  return text;
}
