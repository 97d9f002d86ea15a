import type { DatabaseOperation } from '../../database/database-operation.js';
import { batchFailure, redisFailure } from '../redis/redis-failure.js';
import type { IoredisPipeline } from './driver-objects.js';
import { whenSettled } from './settlement.js';

/**
 * Pipelines that the driver makes of the commands of several callers: each of these has asked for one command, and gets
 * its answer when all have come. A cluster sends them again when the first server refuses them.
 */
export class AutomaticPipelines {
  private readonly operations = new WeakMap<IoredisPipeline, DatabaseOperation[]>();

  /** The operation of a pipeline's next command ends with the pipeline. */
  add(pipeline: IoredisPipeline, operation: DatabaseOperation): void {
    const known = this.operations.get(pipeline);
    if (known !== undefined) {
      known.push(operation);
      return;
    }
    const operations = [operation];
    this.operations.set(pipeline, operations);
    whenSettled(pipeline, {
      resolved: (results) => {
        const answers = Array.isArray(results) ? (results as readonly unknown[]) : [];
        operations.forEach((each, index) => each.end({ failure: batchFailure([answers[index]]) }));
      },
      rejected: (error) => operations.forEach((each) => each.end({ failure: redisFailure(error) })),
    });
  }
}

/** Whether the driver has made a pipeline by itself. */
export function isAutomatic(pipeline: object): boolean {
  return Object.getOwnPropertySymbols(pipeline).some(({ description }) => description === 'callbacks');
}
