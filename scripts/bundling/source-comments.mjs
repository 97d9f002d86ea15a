/** How the bundler names a source before its code: for one of another package, by where the package manager has put it. */
const COMMENT = /^\/\/ (?:\\0|(?:\.\.\/)*node_modules\/(?:.*\/node_modules\/)?)/gm;

/** A plugin that names the sources of other packages by the package, in the comments that tell what code was made from. */
export function sourceComments() {
  return {
    name: 'source-comments',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === 'chunk') {
          output.code = output.code.replace(COMMENT, '// ');
        }
      }
    },
  };
}
