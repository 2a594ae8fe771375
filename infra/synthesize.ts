import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { configOf, STACK_NAME } from './config.ts';
import { LarderStack } from './larder-stack.ts';

/**
 * The stack's CloudFormation template, made in this process; the functions are not bundled.
 *
 * @param settings what is changed of the stage's configuration, by the names that the CDK context gives it
 */
export function synthesizeTemplate(stage = 'dev', settings: Readonly<Record<string, unknown>> = {}): object {
  const outdir = mkdtempSync(join(tmpdir(), 'larder-synth-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new LarderStack(app, STACK_NAME, configOf(stage, settings), 'unknown');
    return app.synth().getStackByName(stack.stackName).template as object;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
