import { setTimeout as sleep } from 'node:timers/promises';

// dd-trace has no public flush; it sends every two seconds.
export const flush = () => sleep(3000);
