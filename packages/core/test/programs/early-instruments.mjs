// Otelier is imported first, and set up when all modules are loaded.
import { setupOtel } from '@otelier/core';
import { orders } from './early-orders.mjs';

setupOtel({ serviceName: 'shop' });
orders.add(2);
