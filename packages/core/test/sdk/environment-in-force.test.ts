import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifies } from '@otelier/testkit';
import { settleRequestOptions } from '../../src/adapter.js';
import { Variables } from './variables.js';

const variables = new Variables();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-adapter-'));
});

afterEach(() => {
  variables.restore();
  rmSync(folder, { recursive: true });
});

/** Lets a file say which headers of incoming requests an adapter records. */
function capture(file: string, header: string): void {
  const path = join(folder, file);
  const section = `{ general: { http: { server: { request_captured_headers: [${header}] } } } }`;
  writeFileSync(path, `file_format: "1.0"\ninstrumentation/development: ${section}\n`);
  variables.set({ OTEL_CONFIG_FILE: path });
}

function recorded(): object {
  return settleRequestOptions('otelMiddleware()', {}).headers.request(['x-shop', '7', 'x-bank', '8', 'x.dotted', '9', 'x-dotted', '9']);
}

describe('an adapter', () => {
  verifies('P14', 'takes what the configuration file says in the place of the variables', () => {
    variables.set({ OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: 'x-bank' });
    expect(recorded()).toEqual({ 'http.request.header.x-bank': ['8'] });
    capture('a.yaml', 'X-Shop');
    expect(recorded()).toEqual({ 'http.request.header.x-shop': ['7'] });
    capture('b.yaml', 'x.dotted');
    expect(recorded()).toEqual({ 'http.request.header.x.dotted': ['9'] });
  });

  verifies('P14', 'takes the variables where there is no such file', () => {
    variables.set({ OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: 'x-bank', OTEL_CONFIG_FILE: join(folder, 'none.yaml') });
    expect(recorded()).toEqual({ 'http.request.header.x-bank': ['8'] });
  });

  verifies('P14', 'reads the file once, however many routes it settles', () => {
    capture('a.yaml', 'x-shop');
    expect(recorded()).toEqual({ 'http.request.header.x-shop': ['7'] });
    rmSync(join(folder, 'a.yaml'));
    expect(recorded()).toEqual({ 'http.request.header.x-shop': ['7'] });
  });
});
