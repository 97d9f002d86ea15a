/**
 * The program of the worker thread that makes the last delivery. A text, because a bundler would not find a file.
 *
 * It sends every request of `workerData.requests` once and notes the status in `workerData.answers`; an answer that
 * can't be had is noted as 0.
 */
export const WORKER_PROGRAM = `
'use strict';
const { workerData } = require('node:worker_threads');
const { gzipSync } = require('node:zlib');
const { requests, answers } = workerData;

function note(index, status) {
  Atomics.store(answers, index + 1, status);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
}

function moduleOf(url) {
  return require(url.protocol === 'https:' ? 'node:https' : 'node:http');
}

function credentials({ username, password }) {
  return 'Basic ' + Buffer.from(decodeURIComponent(username) + ':' + decodeURIComponent(password)).toString('base64');
}

function sideOf(proxy) {
  const headers = proxy.username === '' ? {} : { 'proxy-authorization': credentials(proxy) };
  const host = proxy.hostname.replace(/^\\[|\\]$/g, '');
  return { host, hostname: host, port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80), headers };
}

function tunnel(proxy, target, done, use) {
  const { host, port, headers } = sideOf(proxy);
  const path = target.hostname + ':' + (target.port || (target.protocol === 'https:' ? 443 : 80));
  const asking = moduleOf(proxy).request({ host, port, method: 'CONNECT', path, headers: { host: path, ...headers }, agent: false });
  asking.on('error', () => done(0));
  asking.on('connect', ({ statusCode }, socket, head) => {
    socket.unshift(head);
    (statusCode === 200 ? use : () => done(0))(socket);
  });
  asking.end();
}

function secure(socket, target, options) {
  const name = target.hostname.replace(/^\\[|\\]$/g, '');
  const named = require('node:net').isIP(name) === 0 ? { servername: name } : { host: name };
  return require('node:tls').connect({ ...options, socket, ...named });
}

function post(target, options, body, done) {
  const outgoing = moduleOf(options.protocol ? options : target).request(target, { method: 'POST', ...options }, (response) => {
    response.resume();
    response.on('close', () => done(response.statusCode));
  });
  outgoing.on('error', () => done(0));
  outgoing.end(body);
}

function sendHttp({ url, headers, proxy, tls }, body, done) {
  const target = new URL(url);
  if (!proxy) {
    post(target, { headers, ...tls }, body, done);
  } else if (target.protocol === 'https:') {
    tunnel(new URL(proxy), target, done, (socket) => {
      post(target, { headers, createConnection: () => secure(socket, target, tls) }, body, done);
    });
  } else {
    const side = sideOf(new URL(proxy));
    const authorization = target.username === '' ? {} : { authorization: credentials(target) };
    const all = { host: target.host, ...authorization, ...headers, ...side.headers };
    const path = target.origin + target.pathname + target.search;
    post(target, { ...side, auth: null, protocol: new URL(proxy).protocol, path, headers: all }, body, done);
  }
}

function call({ url, headers, gzip, tls }, body, done, connection) {
  const { connect } = require('node:http2');
  const target = new URL(url);
  const session = connect(target.origin, { ...tls, ...(connection && { createConnection: () => connection }) });
  const end = (status) => {
    done(status === '0' ? 200 : 0);
    session.destroy();
  };
  session.on('error', () => end());
  const authorization = target.username === '' ? {} : { authorization: credentials(target) };
  const stream = session.request({ ...authorization, ...headers, ':method': 'POST', ':path': target.pathname });
  stream.on('response', (answer) => answer['grpc-status'] !== undefined && end(answer['grpc-status']));
  stream.on('trailers', (trailers) => end(trailers['grpc-status']));
  stream.on('error', () => end());
  stream.on('close', () => end());
  stream.resume();
  const head = Buffer.alloc(5);
  head.writeUInt8(gzip ? 1 : 0);
  head.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([head, body]));
}

function sendGrpc(request, body, done) {
  if (!request.proxy) {
    call(request, body, done);
    return;
  }
  const target = new URL(request.url);
  tunnel(new URL(request.proxy), target, done, (socket) => {
    const options = { ...request.tls, ALPNProtocols: ['h2'] };
    call(request, body, done, target.protocol === 'https:' ? secure(socket, target, options) : socket);
  });
}

function send(request, done) {
  const body = request.gzip ? gzipSync(request.body, { level: 1 }) : request.body;
  (request.grpc ? sendGrpc : sendHttp)(request, body, done);
}

requests.forEach((request, index) => {
  let noted = false;
  const done = (status) => {
    if (!noted) {
      noted = true;
      note(index, status);
    }
  };
  try {
    send(request, done);
  } catch {
    done(0);
  }
});
`;
