import { verifies } from '@otelier/testkit';
import * as pg from 'pg';
import { collector } from '../../src/destinations/collector.js';
import type { CollectorOptions } from '../../src/destinations/collector.js';
import { mackerel } from '../../src/destinations/mackerel.js';
import { traceIntegration } from '../../src/integrations/trace-integration.js';
import type { OtelOptions } from '../../src/options/otel-options.js';
import { checkRequestOptions } from '../../src/options/request-option-checks.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { surroundings } from './known-surroundings.js';

const OTLP = { kind: 'otlp', name: 'mine', signals: ['traces'] };
const MILLIS = 'a number of milliseconds from 0 to 2147483647';
const SPAN_PROCESSORS = 'an array of objects with onStart() and onEnd() and forceFlush() and shutdown()';
const INSTRUMENTATIONS = 'an array of objects with enable() and disable() and setTracerProvider() and setMeterProvider()';
const ATTRIBUTE = 'a text, a number, true, false, or an array of such';
const ADDRESS = 'an absolute http or https URL, whose credentials, if any, are percent-encoded';

/** The options as a JavaScript program gives them, and how the message names and shows what is wrong. */
const wrongOptions: readonly (readonly [options: unknown, name: string, shown: string, allowed: string])[] = [
  [null, 'setupOtel', 'null', 'an object'],
  [[], 'setupOtel', 'an array', 'an object'],
  ['shop', 'setupOtel', 'the value that is set', 'an object'],
  [{ serviceName: '' }, 'serviceName', '""', 'a text that is not empty'],
  [{ serviceName: '  ' }, 'serviceName', '"  "', 'a text that is not empty'],
  [{ serviceName: 7 }, 'serviceName', '7', 'a text that is not empty'],
  [{ serviceName: null }, 'serviceName', 'null', 'a text that is not empty'],
  [{ serviceVersion: 2 }, 'serviceVersion', '2', 'a text that is not empty'],
  [{ serviceNamespace: {} }, 'serviceNamespace', 'an object', 'a text that is not empty'],
  [{ environment: true }, 'environment', 'true', 'a text that is not empty'],
  [{ requireServiceName: 'yes' }, 'requireServiceName', '"yes"', 'true or false'],
  [{ disabled: 1 }, 'disabled', '1', 'true or false'],
  [{ handleSignals: null }, 'handleSignals', 'null', 'true or false'],
  [{ shutdownTimeoutMillis: -1 }, 'shutdownTimeoutMillis', '-1', MILLIS],
  [{ shutdownTimeoutMillis: '5000' }, 'shutdownTimeoutMillis', '"5000"', MILLIS],
  [{ shutdownTimeoutMillis: NaN }, 'shutdownTimeoutMillis', 'NaN', MILLIS],
  [{ shutdownTimeoutMillis: Infinity }, 'shutdownTimeoutMillis', 'Infinity', MILLIS],
  [{ shutdownTimeoutMillis: 2 ** 31 }, 'shutdownTimeoutMillis', '2147483648', MILLIS],
  [{ sampler: 'always_on' }, 'sampler', '"always_on"', 'an object with shouldSample()'],
  [{ sampler: { shouldSample: true } }, 'sampler', 'an object', 'an object with shouldSample()'],
  [{ spanProcessors: {} }, 'spanProcessors', 'an object', SPAN_PROCESSORS],
  [{ spanProcessors: [{ onStart() {} }] }, 'spanProcessors', 'an array', SPAN_PROCESSORS],
  [{ metricReaders: () => [] }, 'metricReaders', 'a function', 'an array of objects with collect() and forceFlush() and shutdown()'],
  [{ instrumentations: {} }, 'instrumentations', 'an object', INSTRUMENTATIONS],
  [{ instrumentations: [[[]]] }, 'instrumentations', 'an array', INSTRUMENTATIONS],
  [{ database: 'raw' }, 'database', 'the value that is set', 'an object'],
  [{ database: { queryText: 'plain' } }, 'database.queryText', '"plain"', 'sanitized, raw, off'],
  [{ database: { rootQueries: 'yes' } }, 'database.rootQueries', '"yes"', 'true or false'],
  [{ database: { queryParameters: 1 } }, 'database.queryParameters', '1', 'true or false'],
  [{ database: { slowQueryMillis: '5' } }, 'database.slowQueryMillis', '"5"', MILLIS],
  [{ database: { commandArguments: 'all' } }, 'database.commandArguments', '"all"', 'true or false'],
  [{ database: { sqlCommenter: {} } }, 'database.sqlCommenter', 'an object', 'true or false'],
  [{ resourceAttributes: ['a=1'] }, 'resourceAttributes', 'an array', 'an object of attributes'],
  [{ resourceAttributes: 'a=1' }, 'resourceAttributes', '"a=1"', 'an object of attributes'],
  [{ resourceAttributes: { a: { b: 1 } } }, 'resourceAttributes["a"]', 'an object', ATTRIBUTE],
  [{ resourceAttributes: { a: [{}] } }, 'resourceAttributes["a"]', 'an array', ATTRIBUTE],
  [{ resourceAttributes: { a: null } }, 'resourceAttributes["a"]', 'null', ATTRIBUTE],
  [{ resourceAttributes: { 'service.name': '' } }, 'resourceAttributes["service.name"]', '""', 'a text that is not empty'],
  [{ destinations: collector() }, 'destinations', 'an object', 'an array, such as [collector()]'],
  [{ destinations: [collector] }, 'destinations[0]', 'a function', 'what collector() or consoleDestination() returns'],
  [{ destinations: ['http://a'] }, 'destinations[0]', 'the value that is set', 'what collector() or consoleDestination() returns'],
  [{ destinations: [collector(), {}] }, 'destinations[1].kind', 'undefined', 'otlp, vendor, console'],
  [{ destinations: [{ ...OTLP, kind: 'file' }] }, 'destinations[0].kind', '"file"', 'otlp, vendor, console'],
  [{ destinations: [{ ...OTLP, name: undefined }] }, 'destinations[0].name', '""', 'a text that is not empty'],
  [{ destinations: [{ ...OTLP, signals: undefined }] }, 'destinations[0].signals', 'undefined', 'an array of traces, metrics, logs'],
  [{ destinations: [{ ...OTLP, signals: 'traces' }] }, 'destinations[0].signals', '"traces"', 'an array of traces, metrics, logs'],
  [{ destinations: [{ ...OTLP, signals: ['profiles'] }] }, 'destinations[0].signals[0]', '"profiles"', 'traces, metrics, logs'],
  [{ destinations: [{ ...OTLP, endpoint: 'localhost:4318' }] }, 'destinations[0].endpoint', '"localhost:4318"', ADDRESS],
  [{ destinations: [{ ...OTLP, endpoint: 4318 }] }, 'destinations[0].endpoint', '4318', ADDRESS],
  [{ destinations: [{ ...OTLP, compression: 'br' }] }, 'destinations[0].compression', '"br"', 'gzip, none'],
  [{ destinations: [{ ...OTLP, timeoutMillis: 0 }] }, 'destinations[0].timeoutMillis', '0', 'a number of milliseconds from 1 to 2147483647'],
  [{ destinations: [{ kind: 'console', name: 'c', signals: [1] }] }, 'destinations[0].signals[0]', '1', 'traces, metrics, logs'],
];

describe('a wrong option', () => {
  for (const [options, name, shown, allowed] of wrongOptions) {
    it(`throws for ${name} that is ${shown}`, () => {
      expect(() => resolveOptions(options as OtelOptions, surroundings())).toThrow(
        new TypeError(`[otelier] option ${name}: ${shown} is not allowed. Allowed: ${allowed}.`),
      );
    });
  }

  for (const [where, options] of [
    ['setupOtel.servicename', { servicename: 'sk-12345' }],
    ['database.text', { database: { text: 'sk-12345' } }],
    ['destinations[0].apiKey', { destinations: [{ ...OTLP, apiKey: 'sk-12345' }] }],
    ['destinations[0].endpoint', { destinations: [{ kind: 'console', name: 'c', signals: [], endpoint: 'sk-12345' }] }],
  ] as const) {
    it(`throws for ${where}, which does not exist, and does not show what it holds`, () => {
      const error = thrownBy(() => resolveOptions(options as unknown as OtelOptions, surroundings()));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(`[otelier] option ${where}: there is no such option. Allowed: `);
      expect(error.message).not.toContain('sk-12345');
    });
  }

  for (const [what, headers] of [
    ['a text', 'api-key=sk-12345'],
    ['a header that is no text', { 'api-key': ['sk-12345'] }],
    ['a header name that can not be sent', { 'api key': 'sk-12345' }],
    ['a header value that can not be sent', { 'api-key': 'sk-12345\r\nx: y' }],
  ] as const) {
    it(`throws for headers with ${what}, and does not show the value`, () => {
      const error = thrownBy(() =>
        resolveOptions({ destinations: [{ ...OTLP, headers }] } as unknown as OtelOptions, surroundings()),
      );
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^\[otelier\] option destinations\[0\]\.headers.*: the value that is set is not allowed/);
      expect(error.message).not.toContain('sk-12345');
    });
  }

  for (const header of ['Content-Length', 'content-encoding', 'content-type', 'Transfer-Encoding', 'host', 'connection', 'te', 'grpc-timeout']) {
    verifies('P5', `refuses a header that the transport sets itself: ${header}`, () => {
      const message = `.headers["${header}"]: the value that is set is not allowed. Allowed: none that the transport sets itself (connection, `;
      expect(() => collector('http://c', { headers: { [header]: 'sk-12345' } })).toThrow(`option collector${message}`);
      expect(() => mackerel({ headers: { [header]: '1' } })).toThrow(`option mackerel${message}`);
    });
  }

  it('refuses a pseudo-header of HTTP/2', () => {
    expect(() => collector('http://c', { headers: { ':path': '/x' } })).toThrow('Allowed: a legal header name');
  });

  for (const [endpoint, shown] of [
    ['ftp://me:sk-12345@host/path', '"ftp://REDACTED@host/path"'],
    ['me:sk-12345@host', '"REDACTED@host"'],
    ['http://me:sk-12345%@host', '"http://REDACTED@host"'],
    ['host:4318/v1?key=sk-12345', '"host:4318/v1"'],
    ['ftp://host/?to=a@b&key=sk-12345', '"ftp://REDACTED"'],
    ['http://me:pa?s@s-sk-12345@host:port', '"http://REDACTED"'],
  ] as const) {
    it(`shows the address ${shown} without what can be a secret`, () => {
      const message = `[otelier] option collector(url): ${shown} is not allowed. Allowed: ${ADDRESS}.`;
      expect(() => collector(endpoint)).toThrow(new TypeError(message));
    });
  }

  verifies('P3', 'throws for a missing name that is required', () => {
    const options = { requireServiceName: true };
    expect(() => resolveOptions(options, surroundings({}, {}))).toThrow(
      new TypeError(
        '[otelier] option serviceName: missing, and requireServiceName is set. ' +
          'Allowed: a text in setupOtel({ serviceName }), OTEL_SERVICE_NAME, or "name" in package.json.',
      ),
    );
    expect(() => resolveOptions(options, surroundings({}, { name: 'shop' }))).not.toThrow();
    expect(() => resolveOptions(options, surroundings({ OTEL_SERVICE_NAME: 'shop' }, {}))).not.toThrow();
  });
});

describe('a wrong option of another function', () => {
  it('throws where collector() is called', () => {
    const wrong = (options: unknown): (() => unknown) => () => collector(undefined, options as CollectorOptions);
    expect(wrong({ compression: 'zstd' })).toThrow(
      new TypeError('[otelier] option collector.compression: "zstd" is not allowed. Allowed: gzip, none.'),
    );
    expect(wrong({ header: {} })).toThrow('option collector.header: there is no such option');
    expect(wrong({ timeoutMillis: '5s' })).toThrow('option collector.timeoutMillis: "5s" is not allowed');
    expect(wrong({ signals: ['trace'] })).toThrow('option collector.signals[0]: "trace" is not allowed');
    expect(wrong(null)).toThrow('option collector: null is not allowed');
  });

  it('throws where an adapter is registered', () => {
    const check = (options: unknown): (() => void) => () => checkRequestOptions('otelPlugin', options as never);
    expect(check({ otel: true })).toThrow(
      new TypeError('[otelier] option otel: true is not allowed. Allowed: false or the options of setupOtel().'),
    );
    expect(check({ serviceName: 'shop' })).toThrow('option otelPlugin.serviceName: there is no such option');
    expect(check({ otel: false })).not.toThrow();
  });

  it('throws where a driver is handed over', () => {
    const options = { queryText: 'plain' } as unknown as { queryText: 'raw' };
    expect(() => traceIntegration('pg')).toThrow('option traceIntegration(module): "pg" is not allowed');
    expect(() => traceIntegration(pg, options)).toThrow('option database.queryText: "plain" is not allowed');
  });
});

function thrownBy(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
