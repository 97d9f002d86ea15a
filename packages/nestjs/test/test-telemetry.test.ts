import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { withSpan } from '@otelier/core';
import { setupTestTelemetry, type TestTelemetry } from '@otelier/core/testing';
import { OtelModule } from '@otelier/nestjs';

@Controller('orders')
class OrdersController {
  @Get(':id')
  find(): object {
    return withSpan('charge', () => ({ paid: true }));
  }
}

@Module({ imports: [OtelModule.forRoot({ otel: { serviceName: 'shop' } })], controllers: [OrdersController] })
class AppModule {}

let telemetry: TestTelemetry;

beforeAll(() => {
  telemetry = setupTestTelemetry({ outgoing: false });
});

afterAll(() => telemetry.shutdown());

describe('telemetry for tests', () => {
  it.each(['first', 'second'])('sees the requests of a Nest application, the %s of its file', async () => {
    telemetry.reset();
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/orders/17`);
    await telemetry.expectTrace({
      name: 'GET /orders/:id',
      kind: 'SERVER',
      attributes: { 'http.response.status_code': 200 },
      children: [{ name: 'charge' }],
    });
    await app.close();
    expect(telemetry.getTraces()).toHaveLength(1);
  });
});
