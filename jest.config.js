/** Libraries that are published as ES modules alone; jest's require() takes none. */
const MODULES = 'hyparquet|hyparquet-writer';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    [`/node_modules/(${MODULES})/.+\\.js$`]: ['@swc/jest', { jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${MODULES})/)`],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/', '<rootDir>/.larder/'],
};
