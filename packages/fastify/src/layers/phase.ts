/** The phases of a request in which Fastify calls hooks, and which get spans. */
export const PHASES = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onError',
] as const;

/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** Whether the hooks of a phase get a payload or an error as their third argument. */
export function hasPayload(phase: Phase): boolean {
  return phase === 'preParsing' || phase === 'preSerialization' || phase === 'onSend' || phase === 'onError';
}
