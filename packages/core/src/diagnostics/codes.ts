/** One kind of problem that Otelier can meet: what the user can do about it. */
export interface Diagnostic {
  readonly action: string;
}

/** The catalogue of all diagnostics. A retired code is never used again. */
export const DIAGNOSTICS = {
  OTELIER_ENV_INVALID: { action: 'Correct the variable or remove it.' },
  OTELIER_CONFIG_INVALID: { action: 'Correct the file that OTEL_CONFIG_FILE names.' },
  OTELIER_CONFIG_UNSUPPORTED: { action: 'Take it out of the file that OTEL_CONFIG_FILE names, or say it in code.' },
  OTELIER_SERVICE_NAME_MISSING: {
    action:
      'Set OTEL_SERVICE_NAME, setupOtel({ serviceName }) or "name" in package.json, a distinct one for each component.',
  },
  OTELIER_SETUP_REPEATED: {
    action: 'Call setupOtel() once, first, with all options; later calls return the same handle.',
  },
  OTELIER_SDK_PRESENT: {
    action: 'Remove the options of the set-up, or the other SDK.',
  },
  OTELIER_API_REFUSED: {
    action: 'Install one version of @opentelemetry/api; "npm ls @opentelemetry/api" shows who brings which.',
  },
  OTELIER_MOUNTED_TWICE: { action: 'Register Otelier once in each application.' },
  OTELIER_EXPORT_FAILED: {
    action: 'Check that the destination is running, its address and its key. The application is not affected.',
  },
  OTELIER_EXPORT_RECOVERED: { action: 'Nothing is to be done.' },
  OTELIER_SPANS_DROPPED: {
    action: 'The destination takes less than the service makes: sample, or give it more room.',
  },
  OTELIER_LOGS_DROPPED: {
    action: 'The destination takes less than the service logs: raise the minimum level, or give it more room.',
  },
  OTELIER_RECORDS_TRIMMED: {
    action: 'Record less in one attribute, or set a limit, such as OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT.',
  },
  OTELIER_MEASUREMENTS_LOST: { action: 'Call setupOtel() earlier, or measure later.' },
  OTELIER_TRACES_LET_GO: { action: 'Raise sampling.limits, or end the spans that stay open.' },
  OTELIER_FLUSH_TIMEOUT: { action: 'Raise shutdownTimeoutMillis or check the destination.' },
  OTELIER_LAST_DELIVERY_DENIED: { action: 'Start Node with --allow-worker, or await flush() before process.exit().' },
  OTELIER_DRIVER_UNSUPPORTED: { action: 'Use a supported version, or leave its queries untraced.' },
  OTELIER_INSTRUMENTATION_FAILED: { action: 'Remove the instrumentation, or use a version that fits; it is left out.' },
  OTELIER_HOOK_FAILED: { action: 'Correct the function that was given as this option; its result is left out.' },
  OTELIER_OPTION_INVALID: { action: 'Correct the option; it is left out until then.' },
  OTELIER_INTERNAL_ERROR: { action: 'Please report this with its stack trace. The application is not affected.' },
} as const satisfies Record<string, Diagnostic>;

/** The stable name of a problem, as it stands in messages, in `otel.status()` and in `docs/diagnostics.md`. */
export type DiagnosticCode = keyof typeof DIAGNOSTICS;
