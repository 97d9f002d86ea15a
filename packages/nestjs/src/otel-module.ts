import {
  ConsoleLogger,
  Inject,
  Module,
  type DynamicModule,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { Otel } from '@otelier/core';
import { ensureOtel, observeNestLogger, settleRequestOptions } from '@otelier/core/adapter';
import { AdapterArrival } from './adapter-arrival.js';
import { observeExceptions } from './exception-observer.js';
import { observeRequests, rememberServer } from './http-attachment.js';
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
export class OtelModule extends ConfigurableOtelModule implements NestModule, OnModuleInit, OnApplicationShutdown {
  private readonly otel: Otel | undefined;
  private readonly undos: (() => void)[] = [];
  private readonly arrival: AdapterArrival;

  /** @throws TypeError for a wrong option */
  constructor(
    @Inject(OTEL_MODULE_OPTIONS) options: NestRequestOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ApplicationConfig) application: ApplicationConfig,
  ) {
    super();
    settleRequestOptions('OtelModule', options);
    this.otel = ensureOtel(options);
    observeNestLogger(ConsoleLogger.prototype);
    this.arrival = new AdapterArrival(host, () => this.undos.push(observeRequests(host, options)));
    // Modules are made before any other guard is added: this one comes first.
    application.useGlobalGuards(new IgnoreGuard());
  }

  /**
   * @param options - as for the adapters of the HTTP frameworks
   */
  static override forRoot(options: OtelModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Nest asks for middleware before it registers any, and behind its body parsers. */
  configure(): void {
    this.arrival.look();
  }

  onModuleInit(): void {
    rememberServer(this.host);
    this.undos.push(observeExceptions());
  }

  /** The server has ended its last request by now. */
  async onApplicationShutdown(): Promise<void> {
    this.undos.splice(0).forEach((undo) => undo());
    await this.otel?.flush();
  }
}
