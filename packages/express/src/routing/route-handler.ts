/** The handlers of a route carry the method that they were registered for, also when that is all of them. */
export function isRouteHandler(layer: object): boolean {
  return Object.hasOwn(layer, 'method');
}
