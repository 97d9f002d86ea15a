import { createServer, type ServerResponse } from 'node:http';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { observing, serveWatched, talk } from './watched-server.js';

const telemetry = new TelemetryProbe();

afterAll(() => telemetry.otel.shutdown());

verifies('R7', 'ends the span of a request whose body is given up with the answer that follows', async () => {
  const given: string[] = [];
  const answer = async (response: ServerResponse): Promise<void> => {
    for await (const chunk of response.req) {
      given.push(String(chunk));
      break;
    }
    response.writeHead(413, { connection: 'close' }).end();
  };
  const { port, close } = await serveWatched(
    createServer(
      observing((response) => {
        response.req.once('aborted', () => given.push('aborted'));
        void answer(response);
      }),
    ),
  );
  expect(await talk(port, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc')).toMatch(/^HTTP\/1\.1 413 /);
  await close();
  const [span] = await telemetry.waitFor((all) => all.length === 1);
  expect(given).toEqual(['abc', 'aborted']);
  expect(span?.attributes).toMatchObject({ 'http.response.status_code': 413 });
  expect(span?.attributes).not.toHaveProperty('error.type');
});
