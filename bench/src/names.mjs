const contenders = {
  bare: 'bare server',
  otelier: 'Otelier',
  official: 'OpenTelemetry, official',
  'official-traces': 'OpenTelemetry, official, traces alone',
  datadog: 'dd-trace',
  sentry: 'Sentry',
};
const services = { fastify: 'Fastify', express: 'Express', nest: 'NestJS on Express' };
const routes = { hello: 'one JSON route', query: 'one PostgreSQL query' };

/** The name of a contender, for people. */
export function contenderName(contender) {
  return contenders[contender] ?? contender;
}

/**
 * What a case is, in one line.
 * @param {{ service: string, route: string, node: { major: number }, sampled: number }} subject
 */
export function caseName({ service, route, node, sampled }) {
  return `${services[service]}, ${routes[route]}, Node ${node.major}, ${sampled * 100} % sampled`;
}
