// Everything is in the preloaded file, as the instrumentations ask for.
export const flush = () => globalThis.benchFlush();
