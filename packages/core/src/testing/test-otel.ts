import type { Otel, OtelStatus } from '../sdk/otel.js';

/** The handle that the application under test gets: it can't end what belongs to its tests. */
export class TestOtel implements Otel {
  constructor(private readonly otel: Otel) {}

  start(): void {}

  status(): OtelStatus {
    return this.otel.status();
  }

  flush(): Promise<void> {
    return this.otel.flush();
  }

  shutdown(): Promise<void> {
    return this.otel.flush();
  }
}
