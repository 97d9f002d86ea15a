/** What the conventions say of a metric: its unit and the attributes of its data points. */
export interface MetricDefinition {
  readonly unit: string;
  readonly required: readonly string[];
  /** Recommended and conditionally required ones; what is opt-in (`server.address`) would make a series a host. */
  readonly optional: readonly string[];
}

const httpServer = {
  required: ['http.request.method', 'url.scheme'],
  optional: [
    'error.type',
    'http.response.status_code',
    'http.route',
    'network.protocol.name',
    'network.protocol.version',
  ],
};
const heapSpace = { unit: 'By', required: ['v8js.heap.space.name'], optional: [] };
const delay = { unit: 's', required: [], optional: [] };
const pool = { required: ['db.client.connection.pool.name'], optional: [] };

/**
 * The metrics of HTTP, databases, the runtime and the process.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-metrics.md
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/db/database-metrics.md
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/runtime/nodejs-metrics.md
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/runtime/v8js-metrics.md
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/system/process-metrics.md
 */
export const METRIC_DEFINITIONS: ReadonlyMap<string, MetricDefinition> = new Map(
  Object.entries<MetricDefinition>({
    'http.server.request.duration': { unit: 's', ...httpServer },
    'http.server.request.body.size': { unit: 'By', ...httpServer },
    'http.server.response.body.size': { unit: 'By', ...httpServer },
    'http.server.active_requests': { unit: '{request}', required: httpServer.required, optional: [] },
    'http.client.request.duration': {
      unit: 's',
      required: ['http.request.method', 'server.address', 'server.port'],
      // The scheme is opt-in, but no further series: the port has nearly told it.
      optional: [
        'error.type',
        'http.response.status_code',
        'network.protocol.name',
        'network.protocol.version',
        'url.scheme',
      ],
    },
    'db.client.operation.duration': {
      unit: 's',
      required: ['db.system.name'],
      optional: [
        'db.collection.name',
        'db.namespace',
        'db.operation.name',
        'db.query.summary',
        'db.response.status_code',
        'db.stored_procedure.name',
        'error.type',
        'network.peer.address',
        'network.peer.port',
        'server.address',
        'server.port',
      ],
    },
    'db.client.connection.count': {
      unit: '{connection}',
      required: [...pool.required, 'db.client.connection.state'],
      optional: [],
    },
    'db.client.connection.max': { unit: '{connection}', ...pool },
    'db.client.connection.idle.max': { unit: '{connection}', ...pool },
    'db.client.connection.idle.min': { unit: '{connection}', ...pool },
    'db.client.connection.pending_requests': { unit: '{request}', ...pool },
    'db.client.connection.timeouts': { unit: '{timeout}', ...pool },
    'db.client.connection.create_time': { unit: 's', ...pool },
    'db.client.connection.wait_time': { unit: 's', ...pool },
    'db.client.connection.use_time': { unit: 's', ...pool },
    'nodejs.eventloop.delay.min': delay,
    'nodejs.eventloop.delay.max': delay,
    'nodejs.eventloop.delay.mean': delay,
    'nodejs.eventloop.delay.stddev': delay,
    'nodejs.eventloop.delay.p50': delay,
    'nodejs.eventloop.delay.p90': delay,
    'nodejs.eventloop.delay.p99': delay,
    'nodejs.eventloop.time': { unit: 's', required: ['nodejs.eventloop.state'], optional: [] },
    'nodejs.eventloop.utilization': { unit: '1', required: [], optional: [] },
    'v8js.gc.duration': { unit: 's', required: ['v8js.gc.type'], optional: [] },
    'v8js.memory.heap.space.size': heapSpace,
    'v8js.memory.heap.used': heapSpace,
    'v8js.memory.heap.space.available_size': heapSpace,
    'v8js.memory.heap.space.physical_size': heapSpace,
    'v8js.resource.active': { unit: '{resource}', required: ['v8js.resource.type'], optional: [] },
    'process.cpu.time': { unit: 's', required: ['cpu.mode'], optional: [] },
    'process.cpu.utilization': { unit: '1', required: ['cpu.mode'], optional: [] },
    'process.memory.usage': { unit: 'By', required: [], optional: [] },
    'process.memory.virtual': { unit: 'By', required: [], optional: [] },
    'process.uptime': { unit: 's', required: [], optional: [] },
  }),
);
