import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { countBodies, type BodySizes } from './body-sizes.js';
import { sentStatus } from './ends/sent-status.js';
import type { ResponseEnd } from './request-result.js';
import { sentHeaders } from './response-headers.js';

const NOTHING: Attributes = Object.freeze({});

/** The answer to a request, as far as it can be observed. */
export interface ObservedAnswer {
  /** Whether its head has been sent. */
  readonly headersSent: boolean;
  /** The status that was sent, or would be now. */
  readonly statusCode: ResponseEnd['statusCode'];
  /** Its headers that are recorded. */
  headers(): Attributes;
  /** Counts the bytes of the bodies from now on. */
  countBodies(): BodySizes | undefined;
}

/** The answer of a request that has a response of Node's. */
export class ServedAnswer implements ObservedAnswer {
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly options: ResolvedRequestOptions,
  ) {}

  get headersSent(): boolean {
    return this.response.headersSent;
  }

  get statusCode(): number {
    return sentStatus(this.response);
  }

  headers(): Attributes {
    return this.options.capturesResponseHeaders ? this.options.headers.response(sentHeaders(this.response)) : NOTHING;
  }

  countBodies(): BodySizes {
    return countBodies(this.request, this.response);
  }
}

/** The answer of a request that has no response, or none that anybody could look into. */
export class BareAnswer implements ObservedAnswer {
  /** @param status - tells what was written to the connection by hand */
  constructor(private readonly status: () => number | undefined = () => undefined) {}

  get headersSent(): boolean {
    return this.status() !== undefined;
  }

  get statusCode(): number | undefined {
    return this.status();
  }

  headers(): Attributes {
    return NOTHING;
  }

  countBodies(): undefined {
    return undefined;
  }
}
