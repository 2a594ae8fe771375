/**
 * Where a function of ours finds its credentials: in its environment, and nowhere else. Bundles take this in the
 * place of the SDK's chain of providers (files, single sign-on, instance metadata), a fifth of their code.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
