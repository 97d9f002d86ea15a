import { createPalette } from '../runner/palette.mjs';
import { renderTrace } from '../runner/tree-text.mjs';
import { sampleTrace } from './sample-trace';

const query = 'UPDATE shop.products SET stock = stock - $2 WHERE id = $1 AND stock >= $2 RETURNING stock, price_cents';
const order = sampleTrace(
  [
    {
      id: '4',
      parent: '3',
      service: 'inventory',
      name: 'UPDATE shop.products',
      kind: 'CLIENT',
      at: 20,
      durationMillis: 0.4,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': query },
      error: { type: 'DatabaseError', message: 'deadlock\ndetected' },
    },
    {
      id: '3',
      parent: '2',
      service: 'inventory',
      name: 'POST /products/:id/reservations',
      kind: 'SERVER',
      at: 10,
      durationMillis: 30,
      attributes: {
        'http.route': '/products/:id/reservations',
        'url.path': '/products/tea/reservations',
        'http.response.status_code': 201,
      },
    },
    { id: '5', parent: '1', service: 'shop', name: 'POST payment', at: 50, durationMillis: 50 },
    { id: '2', parent: '1', service: 'shop', name: 'POST inventory', at: 0, durationMillis: 50 },
    { id: '1', service: 'shop', name: 'POST /orders', kind: 'SERVER', at: 0, durationMillis: 1500 },
  ],
  [{ service: 'shop', spanId: '1', level: 'info', message: 'order placed' }],
);

const render = (trace: ReturnType<typeof sampleTrace>, colors = false) =>
  renderTrace(trace, { palette: createPalette(colors), width: 100 });

describe('the tree of a trace', () => {
  it('shows every span beneath its parent, in the order they started, with what matters of it', () => {
    expect(render(order)).toMatchInlineSnapshot(`
"POST /orders                                                  trace 4bf92f3577b34da6a3ce929d0e0e4736
────────────────────────────────────────────────────────────────────────────────────────────────────
shop       POST /orders                                           1.50 s  ━━━━━━━━━━━━━━━━━━━━━━━━━━
           │  log info: order placed
shop       ├─ POST inventory                                     50.0 ms  ━
inventory  │  └─ POST /products/:id/reservations → 201           30.0 ms  ━
           │     │  http.route=/products/:id/reservations url.path=/products/tea/reservations
inventory  │     └─ ✗ UPDATE shop.products                        400 µs  ━
           │           postgresql: UPDATE shop.products SET stock = stock - $2 WHERE id = $1 AND
           │           stock >= $2 RETURNING stock, price_cents
           │           DatabaseError: deadlock detected
shop       └─ POST payment                                       50.0 ms  ━
           2 services · 5 spans · 1 error · 1.50 s
"
`);
  });

  it('keeps to the width it is given', () => {
    const deep = Array.from({ length: 60 }, (_, index) => ({
      id: String(index + 1),
      parent: index === 0 ? '' : String(index),
      service: 'a-service-with-a-long-name',
      name: 'a name that goes on and on, as names made by programs do',
    }));

    for (const trace of [order, sampleTrace(deep)]) {
      expect(Math.max(...render(trace).split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });

  it('shows a span whose parent is missing as a root of its own', () => {
    const text = render(sampleTrace([{ id: '7', parent: 'lost', service: 'payment', name: 'POST /payments' }]));

    expect(text).toMatch(/^payment {4}POST \/payments/m);
  });

  it('writes no control characters without colors, and red errors with them', () => {
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    const controls = /[\u0000-\u0009\u000B-\u001F]/;

    expect(render(order)).not.toMatch(controls);
    expect(render(order, true)).toContain('\u001B[31m✗ UPDATE shop.products\u001B[39m');
  });
});
