import { once } from 'node:events';
import type * as Dns from 'node:dns';
import type * as Net from 'node:net';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { verifies } from '@otelier/testkit';
import { HttpConnection } from '../../src/pipeline/http-connection';
import type { OtlpAnswer } from '../../src/pipeline/otlp-request';

const TAKEN = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** What a server does with each request that comes to it. */
type Answering = (socket: Socket, request: string, count: number) => void;

describe('a connection of HTTP/1.1', () => {
  let server: Server;
  let connection: HttpConnection;
  let sockets: Socket[];
  let requests: string[];
  let answer: Answering;

  beforeEach(async () => {
    sockets = [];
    requests = [];
    answer = (socket) => socket.write(TAKEN);
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      let text = '';
      socket.setEncoding('latin1').on('data', (piece) => {
        text += String(piece);
        if (text.endsWith('body')) {
          requests.push(text);
          answer(socket, text, requests.length);
          text = '';
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    connection = new HttpConnection(address(), {}, undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    connection.close();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  function address(userInfo = ''): string {
    return `http://${userInfo}127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces?a=b`;
  }

  function send({ headers = {}, timeoutMillis = 5000 } = {}): Promise<OtlpAnswer> {
    const message = { url: address(), headers, body: Buffer.from('body'), gzip: false, grpc: false, proxy: undefined };
    return connection.exchange(message, timeoutMillis);
  }

  async function sendTwice(): Promise<OtlpAnswer['status'][]> {
    return [(await send()).status, (await send()).status];
  }

  verifies('P5', 'says what Node would say, and frames the body itself', async () => {
    connection = new HttpConnection(address('me:se%20cret@'), {}, undefined);
    await send({ headers: { 'X-Key': 'abc', 'Content-Length': '99', 'transfer-encoding': 'chunked' } });
    const { port } = server.address() as AddressInfo;
    expect(requests[0]?.split('\r\n')).toEqual([
      'POST /v1/traces?a=b HTTP/1.1',
      `host: 127.0.0.1:${port}`,
      'connection: keep-alive',
      `authorization: Basic ${Buffer.from('me:se cret').toString('base64')}`,
      'x-key: abc',
      'content-length: 4',
      '',
      'body',
    ]);
  });

  verifies('P5', 'sends no header that holds another one', async () => {
    await expect(send({ headers: { 'x-key': 'a\r\nx-other: b' } })).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
    await expect(send({ headers: { 'x-key': 'a\u010ax-other: b' } })).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
    expect(sockets).toEqual([]);
  });

  verifies('X1', 'lets the process end, whichever address of a name is reached', async () => {
    const made = jest.spyOn(jest.requireActual<typeof Net>('node:net'), 'connect');
    jest.spyOn(jest.requireActual<typeof Dns>('node:dns'), 'lookup').mockImplementation(((_name: string, _options: object, done: (...found: unknown[]) => void) =>
      done(null, [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }])) as unknown as typeof Dns.lookup);
    const { port } = server.address() as AddressInfo;
    connection = new HttpConnection(`http://collector.test:${port}/`, {}, undefined);
    expect(await send()).toMatchObject({ status: 'success' });
    const [socket] = made.mock.results.map(({ value }) => value as { readonly _handle: { hasRef(): boolean } });
    expect(socket?._handle.hasRef()).toBe(false);
  });

  verifies('P5', 'is used again, and not shared by two at a time', async () => {
    expect(await sendTwice()).toEqual(['success', 'success']);
    expect(sockets).toHaveLength(1);
    await Promise.all([send(), send()]);
    expect(sockets).toHaveLength(2);
  });

  const endings: Record<string, string> = {
    'says that it ends': 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    'keeps it for a moment only': 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n',
    'says more than was asked': `${TAKEN}${TAKEN}`,
  };
  for (const [what, text] of Object.entries(endings)) {
    verifies('P5', `is not used again when the server ${what}`, async () => {
      answer = (socket) => socket.write(text);
      expect(await sendTwice()).toEqual(['success', 'success']);
      expect(sockets).toHaveLength(2);
    });
  }

  verifies('X3', 'makes place for another at once when the server has ended it while it rested', async () => {
    answer = (socket, _request, count) => (count === 2 ? socket.destroy() : socket.write(TAKEN));
    expect(await sendTwice()).toEqual(['success', 'success']);
    expect(sockets).toHaveLength(2);
  });

  verifies('X3', 'that is broken off at its first request has failed', async () => {
    answer = (socket) => socket.destroy();
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toHaveLength(1);
  });

  verifies('X3', 'is given up when no answer comes in time', async () => {
    answer = () => {};
    expect(await send({ timeoutMillis: 100 })).toMatchObject({ status: 'retryable' });
    const [socket] = sockets;
    expect(socket).toBeDefined();
    await (socket?.closed === true ? undefined : once(socket as Socket, 'close'));
  });

  verifies('X3b', 'breaks off what is under way when it is closed', async () => {
    const isAsked = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    const sending = send();
    await isAsked;
    connection.close();
    await expect(sending).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
