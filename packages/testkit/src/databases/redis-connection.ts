import { connect } from 'node:net';

const timeoutMillis = 5_000;

/**
 * Sends commands on a connection of its own, one after the other, and returns their answers as they came: no driver is
 * loaded for it, as tests see to the drivers themselves.
 * @throws Error with the server's own words when a command fails, and when the server does not answer.
 */
export async function askRedis(url: string, ...commands: readonly string[][]): Promise<string[]> {
  const { hostname, port, username, password } = new URL(url);
  const credentials = [username, password].filter(Boolean).map(decodeURIComponent);
  const all = [...(password ? [['AUTH', ...credentials]] : []), ...commands];
  const answers: string[] = [];
  for await (const answer of converse(hostname, Number(port || 6379), all)) {
    if (answer.startsWith('-')) {
      throw new Error(answer.slice(1));
    }
    answers.push(answer);
  }
  return answers.slice(all.length - commands.length);
}

/** Yields the answers; each of them is complete, because the next command is sent only then. */
async function* converse(host: string, port: number, commands: readonly string[][]): AsyncGenerator<string> {
  const socket = connect({ host, port, timeout: timeoutMillis });
  socket.setEncoding('utf8');
  socket.on('timeout', () => socket.destroy(new Error(`no answer from ${host}:${port} within ${timeoutMillis} ms`)));
  const pieces = socket[Symbol.asyncIterator]() as AsyncIterator<string>;
  try {
    for (const command of commands) {
      socket.write(`*${command.length}\r\n${command.map(bulk).join('')}`);
      let answer = '';
      while (!isComplete(answer)) {
        const { value, done } = await pieces.next();
        if (done === true) {
          throw new Error(`${host}:${port} ended the connection`);
        }
        answer += value;
      }
      yield answer.trimEnd();
    }
  } finally {
    socket.destroy();
  }
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** Simple answers are one line; a bulk string says how long it is. Arrays are not asked for. */
function isComplete(answer: string): boolean {
  const [, length] = /^\$(\d+)\r\n/.exec(answer) ?? [];
  return length === undefined
    ? answer.endsWith('\r\n')
    : Buffer.byteLength(answer) >= length.length + 3 + Number(length) + 2;
}
