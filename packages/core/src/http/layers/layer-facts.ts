import type { Attributes } from '@opentelemetry/api';

/** A layer as an adapter describes it. */
export interface LayerDescription {
  /** What the layer is, the first words of the span's name: `middleware`, `handler`, `hook`. */
  readonly kind: string;
  /** What tells it from others of its kind: a function's name, a route's template, a hook's name. Never a path. */
  readonly label: string | undefined;
  /** The function that is called, whose name becomes `code.function.name`. */
  readonly handler?: unknown;
  /** The template of the route or the mount that the layer stands at. */
  readonly route?: string | undefined;
  /** Attributes by which the framework's users know its layers, such as `express.type`. */
  readonly attributes: Attributes;
}

/** Names are written by developers; a longer one is generated. */
const MAX_NAME_LENGTH = 256;

/** The name of a function as it was written; `undefined` for one without a name. Never throws. */
export function functionName(handler: unknown): string | undefined {
  if (typeof handler !== 'function') {
    return undefined;
  }
  try {
    // A class can have a property of this name, with any value.
    const name: unknown = handler.name;
    return typeof name === 'string'
      ? name.replace(/^(bound )+/, '').slice(0, MAX_NAME_LENGTH) || undefined
      : undefined;
  } catch {
    // A proxy that does not tell its name has none.
    return undefined;
  }
}

/** The name of a layer's span: `middleware jsonParser`, `handler /users/:id`; the kind alone for what has no name. */
export function layerName({ kind, label }: LayerDescription): string {
  return label === undefined || label === '' ? kind : `${kind} ${label}`;
}

/**
 * The attributes of a layer's span.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/
 */
export function layerAttributes({ handler, route, attributes }: LayerDescription): Attributes {
  const name = functionName(handler);
  return {
    ...attributes,
    ...(name === undefined ? {} : { 'code.function.name': name }),
    ...(route === undefined || route === '' ? {} : { 'http.route': route }),
  };
}
