import { reportProblem, settleRequestOptions, settleRouteOptions, type ResolvedRequestOptions } from '@otelier/core/adapter';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { OtelPluginOptions } from './fastify-options.js';
import type { OtelRouteOptions } from './request-augmentation.js';

/** The options of the plugin, and of each route that has some of its own (`config.otel`). */
export class ObservationOptions {
  /** The plugin's own. */
  readonly adapter: ResolvedRequestOptions;
  private readonly routes = new WeakMap<object, ResolvedRequestOptions>();

  /**
   * @param where - the plugin's function, for messages
   * @throws TypeError for a wrong option
   */
  constructor(
    where: string,
    private readonly given: OtelPluginOptions,
  ) {
    this.adapter = settleRequestOptions(where, given);
  }

  /**
   * Settles the options of a route when it is added.
   *
   * @throws TypeError for a wrong option
   */
  addRoute({ config, url }: RouteOptions): ResolvedRequestOptions {
    if (config?.otel === undefined) {
      return this.adapter;
    }
    const settled = this.settle(config.otel, url);
    this.routes.set(config, settled);
    return settled;
  }

  /** What counts for a request. Never throws. */
  of({ config, url }: FastifyRequest['routeOptions']): ResolvedRequestOptions {
    if (config.otel === undefined) {
      return this.adapter;
    }
    const known = this.routes.get(config);
    if (known !== undefined) {
      return known;
    }
    const settled = this.settleOrLeave(config.otel, url ?? '');
    this.routes.set(config, settled);
    return settled;
  }

  private settle(route: OtelRouteOptions | false, url: string): ResolvedRequestOptions {
    return settleRouteOptions(`config.otel of ${url}`, { route, adapter: this.given });
  }

  /** A route from before the plugin is met with its first request, where nobody could catch the error. */
  private settleOrLeave(route: OtelRouteOptions | false, url: string): ResolvedRequestOptions {
    try {
      return this.settle(route, url);
    } catch (error) {
      reportProblem('OTELIER_OPTION_INVALID', `config.otel of ${url}: ${optionText(error)}`);
      return this.adapter;
    }
  }
}

/** The message of a wrong option without its mark, which the report puts in front again. */
function optionText(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^\[otelier\] /, '') : 'its options cannot be read.';
}
