import type { RequestOptions } from '@otelier/core';
import { send } from './http-client.js';
import { exchange } from './server-span.js';
import type { Spec } from './spec.js';

const REQUEST = 'http.server.request.body.size';
const RESPONSE = 'http.server.response.body.size';

const measured: RequestOptions<object, object> = { metrics: { bodySizes: true } };

/** The sizes of bodies. */
export const BODY_SIZE_SPECS: readonly Spec[] = [
  {
    verifies: ['M3'],
    title: 'measures the bytes of both bodies, with the attributes of the duration',
    options: measured,
    async run(bench) {
      const body = JSON.stringify({ a: '1', text: 'é'.repeat(10) });
      const { answer } = await exchange(bench, '/body', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
        body,
      });
      const [received] = await bench.telemetry.metric(REQUEST);
      expect(received).toMatchObject({ count: 1, sum: Buffer.byteLength(body) });
      expect(received?.attributes).toMatchObject({ 'http.route': '/body', 'http.request.method': 'POST' });
      await bench.telemetry.clear();
      await exchange(bench, '/stream');
      const [sent] = await bench.telemetry.metric(RESPONSE);
      expect(sent).toMatchObject({ count: 1, sum: 'one two three'.length });
      expect(answer.status).toBe(200);
    },
  },
  {
    verifies: ['M3'],
    title: 'counts no body of an answer to HEAD',
    options: measured,
    async run(bench) {
      await exchange(bench, '/users/1', { method: 'HEAD' });
      const [sent] = await bench.telemetry.metric(RESPONSE);
      expect(sent).toMatchObject({ count: 1, sum: 0 });
    },
  },
  {
    verifies: ['M3'],
    title: 'measures no sizes by default',
    async run(bench) {
      await send(bench.server, '/users/1');
      expect(await bench.telemetry.metric(REQUEST)).toEqual([]);
      expect(await bench.telemetry.metric(RESPONSE)).toEqual([]);
    },
  },
];
