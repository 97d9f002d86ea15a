import { observationOf, sharedState, type LayerSpan } from '@otelier/core/adapter';
import type { ExpressRequest } from '../express-request.js';
import { SCOPE } from '../version.js';
import { describeLayer, type LayerCall } from './layer-description.js';
import { isOwn } from './own-handlers.js';
import { depthOfRouter } from './router-trail.js';

interface OpenLayer {
  /** Of the router that called the layer. */
  readonly depth: number;
  readonly span: LayerSpan;
}

/**
 * A router calls a layer: what it called before has gone on to this one, and so has everything that was called in there.
 *
 * @returns the layer's span; `undefined` for a request whose layers get none
 */
export function enterLayer(request: ExpressRequest, call: LayerCall): LayerSpan | undefined {
  const layers = observationOf(request)?.layers;
  if (layers === undefined) {
    return undefined;
  }
  const depth = depthOfRouter(request);
  const open = openLayers(request);
  leaveLayers(open, depth);
  if (isOwn(call.handler)) {
    return undefined;
  }
  const span = layers.begin(describeLayer(request, call), { scope: SCOPE, within: open.at(-1)?.span });
  if (span !== undefined) {
    open.push({ depth, span });
  }
  return span;
}

function leaveLayers(open: OpenLayer[], depth: number): void {
  for (let last = open.at(-1); last !== undefined && last.depth >= depth; last = open.at(-1)) {
    last.span.end();
    open.pop();
  }
}

function openLayers(request: ExpressRequest): OpenLayer[] {
  const all = sharedState('express.open-layers', () => new WeakMap<ExpressRequest, OpenLayer[]>());
  const open = all.get(request) ?? [];
  all.set(request, open);
  return open;
}
