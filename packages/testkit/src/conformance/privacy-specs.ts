import type { RequestOptions } from '@otelier/core';
import { exceptionsOf, exchange } from './server-span.js';
import type { Spec } from './spec.js';

const captured: RequestOptions<object, object> = {
  headers: { request: ['x-tenant', 'accept*', /^(authorization|cookie)$/, 'x-api-key', 'referer'], response: [/.*/], sanitize: ['x-shop'] },
};

const properties: RequestOptions<object, object> = {
  requestAttributes: ['originalUrl', 'headers.authorization', 'headers.referer', 'headers.cookie', 'params.id'],
};

/** What is recorded of headers and URLs. */
export const PRIVACY_SPECS: readonly Spec[] = [
  {
    verifies: ['R19'],
    title: 'records the headers that are asked for, repeated values apart, and secrets only as REDACTED',
    options: captured,
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', {
        headers: {
          'X-Tenant': ['acme', 'beta'],
          accept: 'text/html',
          authorization: 'Bearer hunter2',
          cookie: 'session=hunter2',
          'x-api-key': 'hunter2',
          referer: 'https://user:hunter2@shop.example/?token=hunter2&page=2',
          'x-other': 'not asked for',
        },
      });
      expect(span.attributes).toMatchObject({
        'http.request.header.x-tenant': ['acme', 'beta'],
        'http.request.header.accept': ['text/html'],
        'http.request.header.authorization': ['REDACTED'],
        'http.request.header.cookie': ['REDACTED'],
        'http.request.header.x-api-key': ['REDACTED'],
        'http.request.header.referer': ['https://REDACTED:REDACTED@shop.example/?token=REDACTED&page=2'],
      });
      expect(span.attributes).not.toHaveProperty(['http.request.header.x-other']);
      expect(JSON.stringify(span.attributes)).not.toContain('hunter2');
    },
  },
  {
    verifies: ['R19'],
    title: 'records the headers of the response, also those that are written with the status',
    options: captured,
    async run(bench) {
      const { answer, span } = await exchange(bench, '/headers');
      expect(answer.headers['set-cookie']).toEqual(['a=hunter2', 'b=hunter2']);
      expect(span.attributes).toMatchObject({
        'http.response.header.content-type': ['text/plain'],
        'http.response.header.x-shop': ['REDACTED'],
        'http.response.header.set-cookie': ['REDACTED', 'REDACTED'],
      });
    },
  },
  {
    verifies: ['R19'],
    title: 'records no header by default',
    async run(bench) {
      const { span } = await exchange(bench, '/headers', { headers: { 'x-tenant': 'acme' } });
      expect(Object.keys(span.attributes).filter((name) => name.startsWith('http.re') && name.includes('.header.'))).toEqual([]);
    },
  },
  {
    verifies: ['R20'],
    title: 'replaces the values of sensitive parameters in the query, and keeps the others byte for byte',
    async run(bench) {
      const secrets = ['access_token', 'PASSWORD', 'client%5Fsecret', 'X-Amz-Signature', 'sig', 'AWSAccessKeyId', 'code', 'a[session]'];
      const query = ['page=2', 'q=%C3%A4+b', ...secrets.map((name) => `${name}=hunter2`), 'empty=', 'flag'].join('&');
      const { span } = await exchange(bench, `/users/1?${query}`);
      expect(span.attributes['url.query']).toBe(query.replaceAll('hunter2', 'REDACTED'));
      expect(JSON.stringify(span.attributes)).not.toContain('hunter2');
    },
  },
  {
    verifies: ['R20'],
    title: 'keeps user-info of an absolute target out of all attributes',
    async run(bench) {
      const { span } = await exchange(bench, '/users/1?next=https://user:hunter2@shop.example/');
      expect(JSON.stringify(span.attributes)).not.toContain('hunter2');
    },
  },
  {
    verifies: ['R20'],
    title: 'redacts the URL that a user agent gives of itself',
    async run(bench) {
      const { span } = await exchange(bench, '/users/1', {
        headers: { 'user-agent': 'bot/1.0 (+https://me:hunter2@bot.example/?page=2&token=hunter2)' },
      });
      expect(span.attributes['user_agent.original']).toBe(
        'bot/1.0 (+https://REDACTED:REDACTED@bot.example/?page=2&token=REDACTED)',
      );
    },
  },
  {
    verifies: ['R6', 'R20'],
    title: 'redacts the URLs in the message and the stack of an error',
    async run(bench) {
      const { answer, span } = await exchange(bench, `/errors/thrown/${encodeURIComponent('an error that quotes a URL')}`);
      expect(answer.status).toBe(500);
      expect(span.status.message).toContain('https://REDACTED:REDACTED@shop.example/?page=2&token=REDACTED');
      expect(exceptionsOf(span)).toHaveLength(1);
      expect(JSON.stringify([span.attributes, span.status, span.events])).not.toContain('hunter2');
    },
  },
  {
    verifies: ['R19', 'R20', 'R21'],
    title: 'records no secret among the properties of a request',
    options: properties,
    async run(bench) {
      const { span } = await exchange(bench, '/users/1?page=2&token=hunter2', {
        headers: {
          authorization: 'Bearer hunter2',
          cookie: 'session=hunter2',
          referer: 'https://user:hunter2@shop.example/?token=hunter2&page=2',
        },
      });
      expect(span.attributes).toMatchObject({
        'originalUrl': '/users/1?page=2&token=REDACTED',
        'headers.authorization': 'REDACTED',
        'headers.cookie': 'REDACTED',
        'headers.referer': 'https://REDACTED:REDACTED@shop.example/?token=REDACTED&page=2',
        'params.id': '1',
      });
      expect(JSON.stringify(span.attributes)).not.toContain('hunter2');
    },
  },
];
