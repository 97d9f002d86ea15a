/** The queue that the programs share. */
export const queueName = 'thumbnails';

/** The Redis behind it. */
export const connection = { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' };
