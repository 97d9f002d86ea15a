import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from './database.mjs';
import { contender, countRequest, report } from './serve.mjs';

const query = await connect();

class Service {
  hello(name) {
    countRequest();
    return { hello: name };
  }

  query(id) {
    countRequest();
    return query(id);
  }
}

class App {}

// Decorators are plain functions; this file is measured as it is, without a compiler before it.
route('hello', 'hello/:name', 'name');
if (query) {
  route('query', 'query/:id', 'id');
}
Controller()(Service);
Module({ imports: (await contender.nestImports?.()) ?? [], controllers: [Service] })(App);

const app = await NestFactory.create(App, { logger: false });
await app.listen(0, '127.0.0.1');
report(app.getHttpServer().address().port);

function route(method, path, parameter) {
  Get(path)(Service.prototype, method, Object.getOwnPropertyDescriptor(Service.prototype, method));
  Param(parameter)(Service.prototype, method, 0);
}
