/**
 * Imports a module of core's build which is not public: a part is measured by itself.
 * @param {string} path below the build's folder, without the extension
 */
export function builtCore(path) {
  return import(new URL(`../../packages/core/dist/esm/${path}.js`, import.meta.url).href);
}
