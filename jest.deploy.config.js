// The stack, deployed onto a local cloud: one at a time, and slower than a unit test.
import unit from './jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...unit,
  maxWorkers: 1,
  testMatch: ['<rootDir>/test/deploy/**/*.deploy.ts'],
  testTimeout: 120_000,
};
