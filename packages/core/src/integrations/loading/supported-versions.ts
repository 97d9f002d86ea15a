import { reportProblem } from '../../diagnostics/report.js';
import type { Undo } from '../integration.js';
import type { LoadedCopy } from './loaded-copies.js';

/** A driver and the versions `[from, below)` of it that can be observed. */
export interface SupportedDriver {
  readonly name: string;
  readonly from: string;
  readonly below: string;
}

/** An unknown version is. */
function isSupported(driver: SupportedDriver, version: string | undefined): boolean {
  const { name, from, below } = driver;
  const supported = versionWithin(version, from, below);
  if (!supported) {
    reportProblem('OTELIER_DRIVER_UNSUPPORTED', `${name} ${version} is loaded; supported are >=${from} <${below}.`);
  }
  return supported;
}

/** Observes the copies that are supported; of the others it is reported, once a version, that they are not. */
export function whereSupported(driver: SupportedDriver, observe: (copy: LoadedCopy) => Undo): (copy: LoadedCopy) => Undo {
  return (copy) => (isSupported(driver, copy.version) ? observe(copy) : () => {});
}

/** Whether a version lies in `[from, below)`; prereleases count as their release. An unknown version does. */
export function versionWithin(version: string | undefined, from: string, below: string): boolean {
  return version === undefined || (compareVersions(version, from) >= 0 && compareVersions(version, below) < 0);
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('-')[0]?.split('.').map(Number) ?? []);
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
