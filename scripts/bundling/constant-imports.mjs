/** Modules whose exports never change once they are loaded. */
const CONSTANT = /^(@opentelemetry\/api|@otelier\/core(\/adapter)?)$/;
const REQUIRED = /^let (\w+) = require\("([^"]+)"\);$/gm;

/**
 * A plugin that takes the exports of modules which never change them out of those modules once. All exports of the API
 * are getters of an object that V8 keeps as a table: a request would look into it some twenty times.
 */
export function constantImports() {
  return {
    name: 'constant-imports',
    renderChunk(code, _chunk, { format }) {
      return format === 'cjs' ? { code: withConstants(code), map: null } : null;
    },
  };
}

function withConstants(code) {
  const modules = [...code.matchAll(REQUIRED)].filter(([, , name]) => CONSTANT.test(name));
  return modules.reduce((made, [line, local, name]) => {
    const uses = new RegExp(`\\b${local}\\.(\\w+)`, 'g');
    const taken = new Set([...made.matchAll(uses)].map(([, used]) => used));
    const rest = made.replace(line, '').replace(uses, `${local}$$$1`);
    if (new RegExp(`\\b${local}\\b(?!\\$)`).test(rest)) {
      throw new Error(`${name} is used as a whole: its exports can't be taken out of it`);
    }
    const names = [...taken].map((used) => `${used}: ${local}$${used}`);
    const constants = names.length === 0 ? `require("${name}");` : `const { ${names.join(', ')} } = require("${name}");`;
    return made.replace(uses, `${local}$$$1`).replace(line, () => constants);
  }, code);
}
