/** What `npx cdk` runs. */
import { App } from 'aws-cdk-lib/core';
import { codeVersion } from './code-version.ts';
import { ConfigError } from './config-error.ts';
import { configOf, STACK_NAME, type LarderConfig } from './config.ts';
import { LarderStack } from './larder-stack.ts';

/** Says what is wrong with a configuration in a sentence: a stack of calls would hide it. */
function configured(app: App): LarderConfig | undefined {
  try {
    const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
    return configOf(String(app.node.tryGetContext('stage') ?? 'dev'), context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}

const app = new App();
const config = configured(app);
if (config) new LarderStack(app, STACK_NAME, config, codeVersion());
