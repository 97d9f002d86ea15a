import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ResponseReader } from './response-reader.mjs';

const TICK_MILLIS = 1;
const DRAIN_MILLIS = 1000;

/**
 * Sends requests evenly at a rate, whether or not the earlier ones are answered: a request that waits for a connection
 * is waiting all the same, and its time counts. (The rate of the usual load generators comes in a burst each second,
 * and they wait for a slow server.)
 * @param {{ url: string, connections: number, seconds: number, rate: number }} load requests a second
 * @returns {Promise<{ answered: number, failed: number, p50Millis: number, p99Millis: number, seconds: number }>}
 *   what is not answered a second after the end counts with the time it has waited
 */
export async function sendPaced({ url, connections, seconds, rate }) {
  const load = new PacedLoad(new URL(url));
  await load.open(connections);
  await load.run(seconds * 1000, rate / 1000);
  return { ...load.close(), seconds };
}

class PacedLoad {
  #millis = [];
  #failed = 0;
  #idle = [];
  #waiting = [];
  #connections = [];
  #request;
  #port;

  constructor({ port, pathname, host }) {
    this.#port = Number(port);
    this.#request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`;
  }

  async open(count) {
    const opened = Array.from({ length: count }, () => this.#connect());
    this.#idle = await Promise.all(opened);
    this.#connections = [...this.#idle];
  }

  async run(millis, perMilli) {
    const begin = performance.now();
    let sent = 0;
    for (let past = 0; past < millis; past = performance.now() - begin) {
      for (const due = Math.floor(past * perMilli); sent < due; sent++) {
        this.#send(performance.now());
      }
      await sleep(TICK_MILLIS);
    }
    const end = performance.now() + DRAIN_MILLIS;
    while (performance.now() < end && this.#idle.length < this.#connections.length) {
      await sleep(TICK_MILLIS);
    }
  }

  close() {
    const answered = this.#millis.length;
    const now = performance.now();
    const late = [...this.#waiting, ...this.#connections.filter(({ due }) => due !== undefined).map(({ due }) => due)];
    const millis = Float64Array.from([...this.#millis, ...late.map((due) => now - due)]).sort();
    this.#connections.forEach(({ socket }) => socket.destroy());
    const at = (share) => millis[Math.min(millis.length - 1, Math.floor(millis.length * share))];
    return { answered, failed: this.#failed, p50Millis: at(0.5), p99Millis: at(0.99) };
  }

  #send(due) {
    const connection = this.#idle.pop();
    if (connection === undefined) {
      this.#waiting.push(due);
      return;
    }
    connection.due = due;
    connection.socket.write(this.#request);
  }

  #answer(connection, status) {
    if (status >= 200 && status < 300) {
      this.#millis.push(performance.now() - connection.due);
    } else {
      this.#failed += 1;
    }
    connection.due = undefined;
    this.#idle.push(connection);
    if (this.#waiting.length > 0) {
      this.#send(this.#waiting.shift());
    }
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      const connection = { socket, due: undefined };
      const reader = new ResponseReader((status) => this.#answer(connection, status));
      socket.setEncoding('latin1');
      socket.on('data', (text) => reader.add(text));
      socket.once('connect', () => resolve(connection));
      socket.once('error', reject);
      socket.once('close', () => this.#lose(connection));
    });
  }

  /** A server may close a connection that rests; a request that was under way on it has failed. */
  #lose(connection) {
    this.#failed += connection.due === undefined ? 0 : 1;
    this.#idle = this.#idle.filter((other) => other !== connection);
    this.#connections = this.#connections.filter((other) => other !== connection);
  }
}
