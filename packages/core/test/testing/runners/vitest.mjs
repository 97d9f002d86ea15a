import { metrics } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { setupTestTelemetry } from '@otelier/core/testing';
import { afterAll, afterEach, expect, test } from 'vitest';

const telemetry = setupTestTelemetry();
const orders = metrics.getMeter('shop').createCounter('shop.orders');

afterEach(() => telemetry.reset());
afterAll(() => telemetry.shutdown());

function order() {
  orders.add(1);
  return withSpan('order', { 'order.items': 3 }, () => withSpan('charge', () => 'paid'));
}

test('traces an order', async () => {
  expect(order()).toBe('paid');
  await telemetry.expectTrace({ name: 'order', attributes: { 'order.items': 3 }, children: [{ name: 'charge' }] });
  expect(telemetry.getFinishedSpans()).toMatchObject([{ name: 'charge' }, { name: 'order', status: 'UNSET' }]);
});

test('counts an order', async () => {
  order();
  expect(await telemetry.getMetrics()).toMatchObject([{ name: 'shop.orders', points: [{ value: 1 }] }]);
});
