import { bullmqProcessor, withSpan } from '@otelier/core';

/** The file's default export is what BullMQ runs; what it does lies in the trace of whoever added the job. */
export default bullmqProcessor(makeThumbnail);

/** @param {import('bullmq').SandboxedJob<{ picture: string }>} job */
async function makeThumbnail({ data: { picture } }) {
  const { width, height } = await withSpan('read picture', { 'picture.name': picture }, () => readSize(picture));
  return withSpan('scale down', () => ({ thumbnail: `small-${picture}`, height: Math.round((100 * height) / width) }));
}

/**
 * Stands for a library that reads pictures.
 * @param {string} picture
 */
async function readSize(picture) {
  if (picture.startsWith('broken')) {
    throw new Error('no picture in this file');
  }
  return { width: 800, height: 600 };
}
