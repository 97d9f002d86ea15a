const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Waits for Ctrl-C, a request to end, the terminal's closing, or the end of whoever reads the output. As long as it
 * waits none of them ends the process, so that what was started can be stopped.
 * @returns {{ promise: Promise<void>, off: () => void }}
 */
export function interruption() {
  let resolvePromise;
  const promise = new Promise((resolve) => {
    resolvePromise = resolve;
  });
  const onSignal = () => resolvePromise();
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
  process.stdout.on('error', onSignal);
  process.stderr.on('error', onSignal);
  // The listeners of the streams stay: a late EPIPE must not end the process before its children.
  const off = () => {
    for (const signal of signals) {
      process.off(signal, onSignal);
    }
  };
  return { promise, off };
}
