const path = require('node:path');
const dist = path.dirname(require.resolve('../../dist/index.cjs'));
const { setupOtel, withSpan } = require('../../dist/index.cjs');

/** Says which files of the package, and which costly parts of Node, a set-up loads that makes a span. */
setupOtel();
withSpan('work', () => {});
const files = Object.keys(require.cache).filter((file) => path.dirname(file) === dist).map((file) => path.basename(file)).sort();
const speaksHttp2 = process.moduleLoadList.includes('NativeModule internal/http2/core');
process.stdout.write(JSON.stringify({ files, speaksHttp2 }), () => process.exit());
