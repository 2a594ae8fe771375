/** How a function's folder becomes the one file that Lambda loads; `larder bench bundles` builds the same. */
export const BUNDLING = {
  // CommonJS loads some 5 ms faster than modules; the AWS SDK is half as big again from its `main` builds.
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  target: 'node24',
} as const;
