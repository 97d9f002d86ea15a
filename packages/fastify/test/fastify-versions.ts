import multipart from '@fastify/multipart';
import type * as FastifyModule from 'fastify';
import fastify from 'fastify';
import fastify4 from 'fastify4';
import multipart4 from 'fastify4-multipart';

/** A version of Fastify with the parser of multipart bodies that belongs to it. */
export interface FastifyVersion {
  readonly name: string;
  readonly fastify: typeof FastifyModule.default;
  readonly multipart: typeof multipart;
}

/** The majors that are supported. */
export const FASTIFY_VERSIONS: readonly FastifyVersion[] = [
  { name: 'fastify 5', fastify, multipart },
  { name: 'fastify 4', fastify: fastify4, multipart: multipart4 },
];
