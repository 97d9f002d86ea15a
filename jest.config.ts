/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** Dependencies that ship ES modules only; everything else in node_modules is loaded as it is. */
const esmOnly = [
  '@nestjs',
  'cookie',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  'load-esm',
  '@borewit',
  'peek-readable',
];

const packageSources = {
  '^@otelier/(core|express|fastify|nestjs|testkit)$': '<rootDir>/packages/$1/src/index.ts',
  '^@otelier/core/(adapter|testing)$': '<rootDir>/packages/core/src/$1.ts',
  '^@otelier/testkit/(.*)$': '<rootDir>/packages/testkit/src/$1',
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  // What exists once in a process lives on the global scope; Jest warns when it is looked at after a file's end.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  transform: {
    '\\.m?[tj]sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ] as [string, Record<string, unknown>],
  },
  transformIgnorePatterns: [`/node_modules/(?!(\\.pnpm/[^/]+/node_modules/)?(${esmOnly.join('|')})/)`],
  setupFiles: ['<rootDir>/packages/testkit/src/lasting-channels.ts'],
  setupFilesAfterEnv: [
    '<rootDir>/packages/testkit/src/silence-guard.ts',
    '<rootDir>/packages/testkit/src/convention-guard.ts',
    '<rootDir>/packages/testkit/src/set-up-guard.ts',
  ],
  modulePathIgnorePatterns: ['<rootDir>/packages/[^/]+/dist/'],
};

const config: Config = {
  maxWorkers: 2,
  testTimeout: 30_000,
  globalSetup: '<rootDir>/packages/testkit/src/databases/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testkit/src/databases/global-teardown.ts',
  projects: [
    {
      ...shared,
      displayName: 'otelier',
      testMatch: [
        '<rootDir>/packages/*/test/**/*.test.ts',
        '<rootDir>/examples/**/*.test.ts',
        '<rootDir>/bench/test/**/*.test.ts',
      ],
      moduleNameMapper: packageSources,
    },
    {
      ...shared,
      displayName: 'nest-11',
      testMatch: ['<rootDir>/packages/nestjs/test/**/*.test.ts'],
      moduleNameMapper: {
        ...packageSources,
        '^(@nestjs/.*|rxjs|rxjs/.*|reflect-metadata)$': '<rootDir>/packages/testkit/hosts/nest-11/node_modules/$1',
      },
    },
  ],
};

export default config;
