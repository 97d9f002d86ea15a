import type * as ExpressModule from 'express';
import express5 from 'express';
import express4 from 'express4';
import express52 from 'express52';

/** The function that Express exports. */
export type ExpressLibrary = typeof ExpressModule.default;

/** Every kind of router that Express has: version 4's, that of version 5 that publishes what it does, and the one before. */
export const EXPRESS_VERSIONS: readonly (readonly [string, ExpressLibrary])[] = [
  ['express 5', express5],
  ['express 5 with router 2.2', express52],
  ['express 4', express4],
];
