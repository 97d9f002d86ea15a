/** One phase of a measurement; what is not told is plain. */
export function samplePhase(cpuMicros: number, told: Record<string, number> = {}) {
  return {
    handled: 1000,
    failed: 0,
    cpuMicros,
    perSecond: 5000,
    p50Millis: 2,
    p99Millis: 10,
    rssMegabytes: 100,
    loopDelayP99Millis: 11,
    arrived: 1,
    spans: 1,
    bytes: 80,
    ...told,
  };
}

/** One round of a contender, the same in all its phases. */
export function sampleRound(round: number, cpuMicros: number, told: Record<string, number> = {}) {
  const phase = samplePhase(cpuMicros, told);
  return { round, fixed: phase, full: phase, latency: phase };
}

/** What is compared in the samples. */
export const sampleSubject = {
  service: 'fastify',
  route: 'hello',
  node: { file: 'node', version: '24.1.0', major: 24 },
  sampled: 1,
  rate: 1000,
  peak: 5000,
};
