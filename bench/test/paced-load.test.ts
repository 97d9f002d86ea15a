import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendPaced } from '../src/paced-load.mjs';

async function sentTo(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await sendPaced({ url: `http://127.0.0.1:${port}/hello`, connections: 2, seconds: 0.3, rate: 100 });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the even load', () => {
  it('sends no more than its rate, and counts every answer', async () => {
    const paths: (string | undefined)[] = [];
    const result = await sentTo((request, response) => {
      paths.push(request.url);
      response.setHeader('content-length', 2).end('ok');
    });

    expect(result.answered).toBe(paths.length);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.length).toBeLessThanOrEqual(30);
    expect(new Set(paths)).toEqual(new Set(['/hello']));
    expect(result.failed).toBe(0);
  });

  it('counts answers that are no success', async () => {
    const result = await sentTo((_request, response) => response.writeHead(500, { 'content-length': 0 }).end());

    expect(result.answered).toBe(0);
    expect(result.failed).toBeGreaterThan(0);
  });

  it('counts the time of requests that get no answer', async () => {
    const result = await sentTo(() => {});

    expect(result).toMatchObject({ answered: 0, failed: 0 });
    expect(result.p50Millis).toBeGreaterThan(0);
  });

  it('counts requests whose connection is lost', async () => {
    const result = await sentTo((request) => request.socket.destroy());

    expect(result.answered).toBe(0);
    expect(result.failed).toBeGreaterThan(0);
  });
});
