import 'reflect-metadata';
import { transformSync } from '@swc/core';
import { Traced } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { activeSpanId, TelemetryProbe } from '@otelier/testkit/conformance';

let telemetry: TelemetryProbe;

beforeAll(() => {
  telemetry = new TelemetryProbe();
});
beforeEach(() => telemetry.clear());
afterAll(() => telemetry.otel.shutdown());

const names = (): string[] => telemetry.spans().map((span) => span.name);

function Marked(): MethodDecorator {
  return (_target, _key, descriptor) => Reflect.defineMetadata('mark', 'yes', descriptor.value as object);
}

class OrderService {
  readonly prefix = 'order ';

  @Traced()
  place(id: number): string {
    return `${this.prefix}${id} ${activeSpanId()}`;
  }

  @Traced('cancel order')
  async cancel(id: number): Promise<string> {
    await Promise.resolve();
    return `${this.prefix}${id}`;
  }

  @Traced()
  @Marked()
  marked(first: string, second: string): string {
    return first + second;
  }

  @Traced()
  static create(): OrderService {
    return new OrderService();
  }
}

describe('@Traced as a legacy decorator', () => {
  verifies('P9', 'names the span by class and method, and keeps this and the result', () => {
    const result = new OrderService().place(7);
    expect(result).toBe(`order 7 ${telemetry.spans()[0]?.spanContext().spanId}`);
    expect(names()).toEqual(['OrderService.place']);
    expect(telemetry.spans()[0]?.attributes).toEqual({ 'code.function.name': 'OrderService.place' });
  });

  verifies('P9', 'takes a name of its own and follows promises', async () => {
    expect(await new OrderService().cancel(8)).toBe('order 8');
    expect(names()).toEqual(['cancel order']);
  });

  verifies('P9', 'keeps the name, the length and the metadata of the method', () => {
    const method = OrderService.prototype.marked as unknown as object & { name: string; length: number };
    expect([method.name, method.length]).toEqual(['marked', 2]);
    expect(Reflect.getMetadata('mark', method)).toBe('yes');
  });

  verifies('P9', 'decorates static methods', () => {
    expect(OrderService.create()).toBeInstanceOf(OrderService);
    expect(names()).toEqual(['OrderService.create']);
  });

  verifies('P9', 'refuses what is no method', () => {
    const decorate = Traced() as (target: object, key: string, descriptor?: PropertyDescriptor) => unknown;
    expect(() => decorate({}, 'field')).toThrow(/@Traced: field is not a method/);
  });
});

describe('@Traced as a standard decorator', () => {
  verifies('P9', 'names the span by class and method, and keeps this, result, name and length', () => {
    const source = `
      class StockService {
        left = 3;
        @Traced() take(count, note) { this.left -= count; return this.left; }
        @Traced('count stock') static count() { return 5; }
      }
      result = StockService;`;
    const { code } = transformSync(source, {
      jsc: { parser: { syntax: 'ecmascript', decorators: true }, transform: { decoratorVersion: '2022-03' }, target: 'es2022' },
      isModule: false,
    });
    // oxlint-disable-next-line typescript/no-implied-eval -- the class must be compiled for the other kind of decorators at run time
    const StockService = new Function('Traced', `let result; ${code}; return result;`)(Traced) as {
      new (): { take(count: number, note: string): number };
      count(): number;
    };
    const service = new StockService();
    expect(service.take(1, 'x')).toBe(2);
    expect(StockService.count()).toBe(5);
    expect(names()).toEqual(['StockService.take', 'count stock']);
    expect([service.take.name, service.take.length]).toEqual(['take', 2]);
  });

  verifies('P9', 'runs a method that was taken off its object, and refuses what is no method', async () => {
    await telemetry.clear();
    const decorate = Traced() as unknown as (method: () => string, decorated: object) => () => string;
    const detached = decorate(() => 'ran', { kind: 'method', name: 'list', static: false });
    expect(detached()).toBe('ran');
    expect(names()).toEqual(['list']);
    expect(() => decorate(() => 'x', { kind: 'getter', name: 'value' })).toThrow(/@Traced: value is not a method/);
  });
});
