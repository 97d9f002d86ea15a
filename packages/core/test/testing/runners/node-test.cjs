const assert = require('node:assert/strict');
const { after, afterEach, test } = require('node:test');
const { metrics } = require('@opentelemetry/api');
const { withSpan } = require('@otelier/core');
const { setupTestTelemetry } = require('@otelier/core/testing');

const telemetry = setupTestTelemetry();
const orders = metrics.getMeter('shop').createCounter('shop.orders');

afterEach(() => telemetry.reset());
after(() => telemetry.shutdown());

function order() {
  orders.add(1);
  return withSpan('order', { 'order.items': 3 }, () => withSpan('charge', () => 'paid'));
}

void test('traces an order', async () => {
  assert.equal(order(), 'paid');
  await telemetry.expectTrace({ name: 'order', attributes: { 'order.items': 3 }, children: [{ name: 'charge' }] });
  assert.deepEqual(
    telemetry.getFinishedSpans().map(({ name, status }) => ({ name, status })),
    [
      { name: 'charge', status: 'UNSET' },
      { name: 'order', status: 'UNSET' },
    ],
  );
});

void test('counts an order', async () => {
  order();
  const [metric] = await telemetry.getMetrics();
  assert.deepEqual(metric.points, [{ attributes: {}, value: 1 }]);
});
