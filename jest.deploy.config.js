// The stack, deployed onto a local cloud: one at a time, and slower than a unit test.
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/deploy/**/*.deploy.ts'],
  testTimeout: 120_000,
};
