import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { configOf, STACK_NAME } from './config.ts';
import { LarderStack } from './larder-stack.ts';
import { ROOT } from './root.ts';

/** What differs from an app that the CLI runs: no function is bundled, and no warning printed. */
const WITHOUT_CLI = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:annotationsInValidationReport': false };

/** An app with the feature flags of cdk.json, which the CDK CLI would hand to it. */
export function appWithoutCli(outdir: string): App {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return new App({ outdir, analyticsReporting: false, context: { ...context, ...WITHOUT_CLI } });
}

/**
 * The stack's CloudFormation template, made in this process; the functions are not bundled.
 *
 * @param settings what is changed of the stage's configuration, by the names that the CDK context gives it
 */
export function synthesizeTemplate(stage = 'dev', settings: Readonly<Record<string, unknown>> = {}): object {
  const outdir = mkdtempSync(join(tmpdir(), 'larder-synth-'));
  try {
    const app = appWithoutCli(outdir);
    const stack = new LarderStack(app, STACK_NAME, configOf(stage, settings), 'unknown');
    return app.synth().getStackByName(stack.stackName).template as object;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
