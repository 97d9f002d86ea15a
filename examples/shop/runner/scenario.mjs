import { expectFailure, expectSpan } from './expectation.mjs';

/**
 * @typedef {object} Step
 * @property {string} title what it shows
 * @property {string} method
 * @property {string} path
 * @property {object} [body]
 * @property {number} status
 * @property {import('./expectation.mjs').ExpectedSpan} expected
 */

/**
 * The requests that the demo sends, and the trace that each has to give.
 * @param {{ hasMysql: boolean, hasRedis: boolean }} surroundings
 * @returns {Step[]}
 */
export function createScenario({ hasMysql, hasRedis }) {
  return [
    {
      title: 'an order: one trace through three frameworks, down to the database',
      method: 'POST',
      path: '/orders',
      body: { product: 'tea', quantity: 2 },
      status: 201,
      expected: expectSpan('shop', 'POST /orders', [
        expectSpan('shop', 'POST', [
          expectSpan('inventory', 'POST /products/:id/reservations', [
            expectSpan('inventory', 'UPDATE shop.products'),
            expectSpan('inventory', 'INSERT shop.reservations'),
          ]),
        ]),
        expectSpan('shop', 'POST', [
          expectSpan('payment', 'POST /payments', hasMysql ? [expectSpan('payment', 'INSERT shop_payments')] : []),
        ]),
        ...(hasRedis ? [throughDispatch()] : []),
      ]),
    },
    {
      title: 'a product: a read, named by its route',
      method: 'GET',
      path: '/products/cup',
      status: 200,
      expected: throughInventory('/products/:id', '/products/:id', 'SELECT shop.products'),
    },
    {
      title: 'a slow request: the bar shows where the time goes',
      method: 'GET',
      path: '/slow',
      status: 200,
      expected: throughInventory('/slow', '/report', 'SELECT shop.products'),
    },
    {
      title: 'a failure: from the database all the way up',
      method: 'GET',
      path: '/broken',
      status: 500,
      expected: throughInventory('/broken', '/warehouses', 'SELECT shop.warehouses', expectFailure),
    },
  ];
}

function throughInventory(shopRoute, inventoryRoute, query, expectEach = expectSpan) {
  return expectEach('shop', `GET ${shopRoute}`, [
    expectEach('shop', 'GET', [
      expectEach('inventory', `GET ${inventoryRoute}`, [expectEach('inventory', query)]),
    ]),
  ]);
}

function throughDispatch() {
  return expectSpan('shop', 'add dispatch.send parcel', [
    expectSpan('dispatch', 'process dispatch', [expectSpan('dispatch', 'INSERT dispatch.parcels')]),
  ]);
}

/** Commands for people to try, each giving a trace. */
export function listCommands(shopUrl) {
  return [
    `curl ${shopUrl}/products/tea`,
    `curl ${shopUrl}/slow`,
    `curl ${shopUrl}/broken`,
    `curl -X POST -H 'content-type: application/json' -d '{"product":"pot"}' ${shopUrl}/orders`,
  ];
}
