const STAR = /^import \* as (\w+) from (['"])@opentelemetry\/api\2;$/m;

/**
 * A plugin that lets OpenTelemetry's packages import the names of the API that they use instead of all as one object: for
 * that a bundle would have a copy of the API, a getter for every name, through which all of Otelier would go as well.
 */
export function namedApiImports() {
  return {
    name: 'named-api-imports',
    transform(code, id) {
      const [line, local] = STAR.exec(code) ?? [];
      if (line === undefined || !/[\\/]@opentelemetry[\\/]/.test(id)) {
        return null;
      }
      const uses = new RegExp(`\\b${local}\\.(\\w+)`, 'g');
      const names = [...new Set([...code.matchAll(uses)].map(([, name]) => name))];
      const imports = `import { ${names.map((name) => `${name} as api_${name}`).join(', ')} } from '@opentelemetry/api';`;
      return { code: code.replace(line, imports).replace(uses, 'api_$1'), map: null };
    },
  };
}
