// Otelier is required first, and set up behind the module that makes its instruments.
const { setupOtel } = require('@otelier/core');
const { metrics } = require('@opentelemetry/api');

const orders = metrics.getMeter('shop').createCounter('shop.orders');
metrics.getMeter('shop').createObservableGauge('shop.stock').addCallback((result) => result.observe(5));
orders.add(1);
setupOtel({ serviceName: 'shop' });
orders.add(2);
