/**
 * One thing that is compared: all contenders on one service, route, Node and share of sampled traces.
 * @typedef {object} Case
 * @property {string} service
 * @property {string} route
 * @property {import('./node-programs.mjs').NodeProgram} node
 * @property {number} sampled
 * @property {string[]} contenders
 */

const PATHS = { hello: '/hello/world', query: '/query/42' };
const PHASES = 3;
const AROUND_SECONDS = 11;

/**
 * Lists what a run measures. A small share is only measured on the bare route: a query adds nothing to the question.
 * @param {import('./arguments.mjs').Settings} settings
 * @param {{ nodes: import('./node-programs.mjs').NodeProgram[], hasDatabase: boolean, arePeersInstalled: boolean }} at
 * @returns {Case[]}
 */
export function plan(settings, { nodes, hasDatabase, arePeersInstalled }) {
  const routes = settings.routes.filter((route) => route !== 'query' || hasDatabase);
  return nodes.flatMap((node) =>
    settings.services.flatMap((service) =>
      routes.flatMap((route) =>
        (settings.sampled ?? (route === 'hello' ? [1, 0.01] : [1])).map((sampled) => ({
          service,
          route,
          node,
          sampled,
          contenders: settings.contenders.filter((name) => takesPart(name, { service, node, arePeersInstalled })),
        })),
      ),
    ),
  );
}

/** The path that is asked for on a route. */
export function pathOf(route) {
  return PATHS[route];
}

/**
 * How long a run takes.
 * @param {readonly Case[]} cases
 * @param {{ rounds: number, seconds: number }} settings
 * @returns {number} minutes
 */
export function minutesOf(cases, { rounds, seconds }) {
  const runs = cases.reduce((sum, { contenders }) => sum + contenders.length * rounds + 1, 0);
  return Math.ceil((runs * (PHASES * seconds + AROUND_SECONDS)) / 60);
}

/** dd-trace 6 needs Node 22; Sentry's set-up for Nest is another package, which is not compared. */
function takesPart(contender, { service, node, arePeersInstalled }) {
  if (contender === 'bare' || contender === 'otelier') {
    return true;
  }
  const isUnfit = (contender === 'datadog' && node.major < 22) || (contender === 'sentry' && service === 'nest');
  return arePeersInstalled && !isUnfit;
}
