/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // On two cores, jest's own choice would be one at a time.
  maxWorkers: '100%',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Jest requires what it tests: for it alone, modules become CommonJS.
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [],
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/cdk.out/', '<rootDir>/.larder/'],
};
