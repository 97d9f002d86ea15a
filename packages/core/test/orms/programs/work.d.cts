import type { Orm } from './orm.cjs';

export declare const SECRETS: readonly string[];
export declare const CROWD: number;
export declare function work(
  orm: Orm,
  within: <T>(name: string, fn: () => T) => T,
): Promise<Readonly<Record<string, unknown>>>;
