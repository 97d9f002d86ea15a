import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  async function attributesBehindProxy(headers: Record<string, string>): Promise<Record<string, unknown>> {
    const app = express();
    app.set('trust proxy', true);
    app.use(otelMiddleware());
    app.get('/', (_request, response) => void response.end());
    return (await bench.ask(app, '/', { headers })).span.attributes;
  }

  verifies('R4', 'takes scheme, client and server from the forwarded headers of a trusted proxy', async () => {
    const attributes = await attributesBehindProxy({
      host: 'shop-internal:3000',
      'x-forwarded-for': '203.0.113.9, 10.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop:8443',
    });
    expect(attributes).toMatchObject({
      'url.scheme': 'https',
      'client.address': '203.0.113.9',
      'server.address': 'shop',
      'server.port': 8443,
      'network.peer.address': '127.0.0.1',
    });
  });

  verifies('R4', "takes the scheme's port where the trusted proxy tells none", async () => {
    const attributes = await attributesBehindProxy({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' });
    expect(attributes).toMatchObject({ 'server.address': 'shop.example', 'server.port': 443 });
  });
});
