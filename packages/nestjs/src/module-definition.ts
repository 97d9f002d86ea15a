import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { NestRequestOptions } from './nest-options.js';

/** The token under which the options of `OtelModule` can be injected anywhere in the application. */
export const OTEL_MODULE_OPTIONS = 'OTEL_MODULE_OPTIONS';

const definition = new ConfigurableModuleBuilder<NestRequestOptions>({ optionsInjectionToken: OTEL_MODULE_OPTIONS })
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true, exports: [OTEL_MODULE_OPTIONS] }))
  .build();

/** Gives `OtelModule` its `forRoot` and `forRootAsync`. */
export const ConfigurableOtelModule = definition.ConfigurableModuleClass;

/** What `OtelModule.forRoot()` takes. */
export type OtelModuleOptions = typeof definition.OPTIONS_TYPE;

/** What `OtelModule.forRootAsync()` takes: `useFactory` with `inject` and `imports`, `useClass` or `useExisting`. */
export type OtelModuleAsyncOptions = typeof definition.ASYNC_OPTIONS_TYPE;
