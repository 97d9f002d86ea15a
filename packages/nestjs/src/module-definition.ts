import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { RequestOptions } from '@otelier/core';

const definition = new ConfigurableModuleBuilder<RequestOptions>({ moduleName: 'Otel' })
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

/** Gives `OtelModule` its `forRoot` and `forRootAsync`. */
export const ConfigurableOtelModule = definition.ConfigurableModuleClass;

/** The token under which the options of `OtelModule` can be injected. */
export const OTEL_MODULE_OPTIONS = definition.MODULE_OPTIONS_TOKEN;

/** What `OtelModule.forRoot()` takes. */
export type OtelModuleOptions = typeof definition.OPTIONS_TYPE;

/** What `OtelModule.forRootAsync()` takes: `useFactory` with `inject` and `imports`, `useClass` or `useExisting`. */
export type OtelModuleAsyncOptions = typeof definition.ASYNC_OPTIONS_TYPE;
