import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';

/** The lines of a message's head as they came, by name; those of one name in their order. */
export type HeaderLines = (readonly [name: string, value: string])[];

export type Protocol = 'HTTP/1.1' | 'HTTP/2';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** What a client got; the status is 0 when that was no answer. */
export interface RawAnswer {
  readonly status: number;
  readonly lines: HeaderLines;
}

const servers: Record<Protocol, (handle: Handler) => http.Server | http2.Http2Server> = {
  'HTTP/1.1': (handle) => http.createServer(handle),
  'HTTP/2': (handle) => http2.createServer((...parts) => handle(...(parts as unknown as Parameters<Handler>))),
};

const clients: Record<Protocol, (port: number, path: string) => Promise<RawAnswer>> = {
  async 'HTTP/1.1'(port, path) {
    const request = http.get({ port, path, agent: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'close');
    return { status: response.statusCode ?? 0, lines: linesOf(response.rawHeaders) };
  },
  async 'HTTP/2'(port, path) {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':path': path });
    const outcome: { status: number; lines: HeaderLines } = { status: 0, lines: [] };
    stream.on('response', (headers: http2.IncomingHttpHeaders, _flags: number, raw: string[]) => {
      outcome.status = Number(headers[':status']);
      outcome.lines = linesOf(raw);
    });
    stream.on('error', () => {});
    stream.resume();
    await once(stream, 'close').catch(() => {});
    session.destroy();
    return outcome;
  },
};

/** In the order of their names, without the time of day; what has the same name keeps its order. */
function linesOf(raw: readonly string[]): HeaderLines {
  const lines = raw.flatMap((name, at): HeaderLines => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : []));
  return lines
    .filter(([name, value]) => name.toLowerCase() !== 'date' || value.includes('1994'))
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
}

/** Sends one request for each path to a server of Node's, one after the other, and waits until all is over. */
export async function askRaw(protocol: Protocol, handle: Handler, paths: readonly string[]): Promise<RawAnswer[]> {
  const server = servers[protocol](handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answers: RawAnswer[] = [];
  for (const path of paths) {
    answers.push(await clients[protocol](port, path));
  }
  server.close();
  await once(server, 'close');
  return answers;
}
