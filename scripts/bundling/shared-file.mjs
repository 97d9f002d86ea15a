/** Of what no program needs anything at its start, whatever the files are that name it. */
const NEEDED_LATER = /[\\/]@opentelemetry[\\/]otlp-transformer[\\/]/;

/**
 * A plugin that finds what some entries need at once, so that all of it can go into one file: what is loaded when it is used,
 * or by another entry alone, has files of its own.
 * @param {readonly string[]} entries their sources
 * @returns {{ plugin: object, includes: (id: string) => boolean }} whether a source goes into that file, which is known
 *   when all have been read
 */
export function sharedFile(entries) {
  const needed = new Set();
  const plugin = {
    name: 'shared-file',
    buildEnd() {
      const visit = (id) => {
        if (!needed.has(id)) {
          needed.add(id);
          this.getModuleInfo(id)?.importedIds.forEach(visit);
        }
      };
      entries.forEach(visit);
      // Entries only say what is exported.
      entries.forEach((entry) => needed.delete(entry));
    },
  };
  return { plugin, includes: (id) => needed.has(id) && !NEEDED_LATER.test(id) };
}
