// A module of an application: its instruments are made, and one is used, when it is loaded.
import { metrics } from '@opentelemetry/api';

export const orders = metrics.getMeter('shop').createCounter('shop.orders');
metrics.getMeter('shop').createObservableGauge('shop.stock').addCallback((result) => result.observe(5));
orders.add(1);
