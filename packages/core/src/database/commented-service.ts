import { sharedState } from '../shared-state.js';

/** Tells the commenter the service whose statements it comments; the undo takes that back. */
export function nameCommentedService(name: unknown): () => void {
  const state = serviceState();
  const before = state.name;
  state.name = typeof name === 'string' ? name : undefined;
  return () => {
    state.name = before;
  };
}

/** The service that statements are said to come from. */
export function commentedService(): string | undefined {
  return serviceState().name;
}

function serviceState(): { name: string | undefined } {
  return sharedState('database.commented-service', () => ({ name: undefined }));
}
