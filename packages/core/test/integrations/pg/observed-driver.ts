import { SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan, type DatabaseOptions } from '@otelier/core';
import { testPostgres, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Client, Pool, type ClientConfig, type PoolConfig } from 'pg';

/** The driver beneath a set-up whose spans stay in memory, and the clients that a test has opened. */
export class ObservedDriver {
  private readonly clients: Client[] = [];
  private readonly pools: Pool[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly telemetry: TelemetryProbe,
  ) {}

  static async start(options: DatabaseOptions = {}): Promise<ObservedDriver> {
    return new ObservedDriver(await testPostgres(), new TelemetryProbe({ database: options }));
  }

  /** A client that is connected, outside any request. */
  async client(config: ClientConfig = {}): Promise<Client> {
    const client = new Client({ connectionString: this.database.url, ...config });
    client.on('error', () => {});
    await client.connect();
    this.clients.push(client);
    return client;
  }

  pool(config: PoolConfig = {}): Pool {
    const pool = new Pool({ connectionString: this.database.url, ...config });
    pool.on('error', () => {});
    this.pools.push(pool);
    return pool;
  }

  /** The CLIENT spans that have ended. */
  querySpans(): readonly ReadableSpan[] {
    return this.telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
  }

  /** The one CLIENT span, once it has ended. */
  async querySpan(): Promise<ReadableSpan> {
    await this.telemetry.waitFor(() => this.querySpans().length > 0);
    const [span, ...others] = this.querySpans();
    if (span === undefined || others.length > 0) {
      throw new Error(`there is not one CLIENT span, but: ${this.querySpans().map(({ name }) => name).join(', ')}`);
    }
    return span;
  }

  /** Closes what the test has opened, and forgets its spans. */
  async clear(): Promise<void> {
    await Promise.all([...this.clients.splice(0), ...this.pools.splice(0)].map((each) => each.end().catch(() => {})));
    await this.telemetry.clear();
  }

  async stop(): Promise<void> {
    await this.clear();
    await this.telemetry.otel.shutdown();
  }
}

/** Runs something within a request of its own, and gives the request's span id beside what came of it. */
export async function inRequest<T>(work: (requestId: string) => Promise<T>): Promise<{ requestId: string; result: T }> {
  return withSpan('request', async (span) => {
    const requestId = span.spanContext().spanId;
    return { requestId, result: await work(requestId) };
  });
}

/** The span that is active here. */
export function activeSpanId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().spanId;
}
