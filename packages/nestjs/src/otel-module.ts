import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Otel, RequestOptions } from '@otelier/core';
import { checkRequestOptions, ensureOtel } from '@otelier/core/adapter';
import { observeExceptions } from './exception-observer.js';
import { observeRequests } from './http-attachment.js';
import { ConfigurableOtelModule, OTEL_MODULE_OPTIONS, type OtelModuleOptions } from './module-definition.js';

/**
 * Observes every request of a Nest application, on Express and on Fastify: one SERVER span around middleware, guards,
 * interceptors, pipes, handlers and filters, its metrics, and the context for everything that they do.
 *
 * Import it first in the root module: `imports: [OtelModule.forRoot()]`. It is global, sets up OpenTelemetry from the
 * environment when the application has not done so, and flushes when the application shuts down.
 */
@Module({})
export class OtelModule extends ConfigurableOtelModule implements OnModuleInit, OnApplicationShutdown {
  private readonly otel: Otel | undefined;
  private readonly undos: (() => void)[];

  /** @throws TypeError for a wrong option */
  constructor(
    @Inject(OTEL_MODULE_OPTIONS) options: RequestOptions,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    super();
    checkRequestOptions('OtelModule', options);
    this.otel = ensureOtel(options);
    this.undos = [observeRequests(host, options)];
  }

  /**
   * @param options - as for the adapters of the HTTP frameworks
   */
  static override forRoot(options: OtelModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  onModuleInit(): void {
    this.undos.push(observeExceptions());
  }

  /** The server has ended its last request by now. */
  async onApplicationShutdown(): Promise<void> {
    this.undos.forEach((undo) => undo());
    await this.otel?.flush();
  }
}
