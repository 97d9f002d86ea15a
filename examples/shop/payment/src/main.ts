import 'reflect-metadata';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: new ConsoleLogger({ json: true, colors: false }),
});
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? '3002'), '127.0.0.1');
new Logger('Payment').log(`payment listening on ${await app.getUrl()}`);
