import { validateHeaderValue } from 'node:http';

/** Whether Node would send a value. */
export function isLegalHeader(value: string): boolean {
  try {
    validateHeaderValue('x-any', value);
    return true;
  } catch {
    // The TypeError that setting the header would throw.
    return false;
  }
}
