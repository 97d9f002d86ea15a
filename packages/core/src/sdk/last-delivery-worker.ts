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

function send({ url, headers, body, gzip, tls }, done) {
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const outgoing = request(url, { method: 'POST', headers, ...tls }, (response) => {
    response.resume();
    response.on('close', () => done(response.statusCode));
  });
  outgoing.on('error', () => done(0));
  outgoing.end(gzip ? gzipSync(body) : body);
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
