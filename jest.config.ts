/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** Packages that publish ES modules only; Jest on Node 20 cannot require them untransformed. */
const esmOnly = ['cookie', 'content-disposition', '@sindresorhus', '@marcbachmann'];

const layers = [
  'unit',
  'contract',
  'property',
  'simulation',
  'http',
  'faults',
  'fuzz',
  'docs',
  'infra',
  'lambdas',
  'system',
  'browser',
] as const;

const project = (layer: (typeof layers)[number]) => ({
  displayName: layer,
  testMatch: [`<rootDir>/test/${layer}/**/*.test.ts`],
  transform: {
    '\\.(ts|m?js)$': ['@swc/jest', {}] as [string, Record<string, unknown>],
    '\\.sql$': '<rootDir>/test/support/sql-transform.cjs',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.fincore/'],
  globalSetup: `<rootDir>/test/${setUpOf(layer)}/global-setup.ts`,
  globalTeardown: `<rootDir>/test/${setUpOf(layer)}/global-teardown.ts`,
});

/** Most layers need a database; these two prepare something of their own. */
const setUpOf = (layer: (typeof layers)[number]): string =>
  layer === 'infra' || layer === 'browser' ? layer : 'support';

const config: Config = {
  projects: layers.map(project),
  testTimeout: 60_000,
  maxWorkers: 3,
  reporters: ['default', '<rootDir>/test/support/layer-budgets.cjs'],
  testSequencer: '<rootDir>/test/support/slow-layers-first.cjs',
  coverageProvider: 'v8',
};

export default config;
