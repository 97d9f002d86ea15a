import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { Otel } from '@otelier/core';
import { ensureOtel, settleRequestOptions, type ResolvedRequestOptions } from '@otelier/core/adapter';
import { observeExceptions } from './exception-observer.js';
import { observeRequests, observeServer } from './http-attachment.js';
import { IgnoreGuard } from './ignore-guard.js';
import type { NestRequestOptions } from './nest-options.js';
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
  private readonly options: ResolvedRequestOptions;

  /** @throws TypeError for a wrong option */
  constructor(
    @Inject(OTEL_MODULE_OPTIONS) options: NestRequestOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ApplicationConfig) application: ApplicationConfig,
  ) {
    super();
    this.options = settleRequestOptions('OtelModule', options);
    this.otel = ensureOtel(options);
    this.undos = [observeRequests(host, options)];
    // Modules are made before any other guard is added: this one comes first.
    application.useGlobalGuards(new IgnoreGuard());
  }

  /**
   * @param options - as for the adapters of the HTTP frameworks
   */
  static override forRoot(options: OtelModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  onModuleInit(): void {
    this.undos.push(observeExceptions(), observeServer(this.host, this.options));
  }

  /** The server has ended its last request by now. */
  async onApplicationShutdown(): Promise<void> {
    this.undos.forEach((undo) => undo());
    await this.otel?.flush();
  }
}
