/** What a pool has at one moment. */
export interface PoolCounts {
  /** The open connections that nobody uses. */
  readonly idle: number;
  /** The connections that are in use. */
  readonly used: number;
  /** The requests that wait for a connection. */
  readonly pending: number;
  /** How many connections the pool may open; `undefined` when it has no limit. */
  readonly max: number | undefined;
}
