/** How a function's folder becomes the one file that Lambda loads; `larder bench bundles` builds the same. */
import { join } from 'node:path';
import { ROOT } from '../root.ts';

export const BUNDLING = {
  // CommonJS loads some 5 ms faster than modules; the AWS SDK is half as big again from its `main` builds.
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  target: 'node24',
  alias: {
    '@aws-sdk/credential-provider-node': join(ROOT, 'shared/aws/lambda-credentials.ts'),
  },
  // There is no native part in a bundle: to look for one takes cbor-x some 5 ms.
  external: ['cbor-extract'],
  define: { 'process.env.CBOR_NATIVE_ACCELERATION_DISABLED': '"true"' },
} as const;
