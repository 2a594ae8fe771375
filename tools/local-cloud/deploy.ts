/** The CDK app, deployed with the CDK CLI as a person would. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalCloud } from './mini-stack.ts';
import { ROOT } from '../../infra/root.ts';

const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const ACCOUNT = 'aws://000000000000/us-east-1';

/** Names and addresses of what was deployed. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * `cdk bootstrap` and `cdk deploy`.
 *
 * @param context what differs from a deployment for development: `larder:<setting>`, as `-c` takes it
 * @throws Error with the end of what the CLI printed
 */
export async function deployStack(cloud: LocalCloud, context: Readonly<Record<string, string>> = {}): Promise<Outputs> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-deploy-'));
  const outputs = join(folder, 'outputs.json');
  try {
    await cdk(cloud, ['bootstrap', ACCOUNT, '--output', join(folder, 'bootstrap.out')]);
    const approval = ['--require-approval', 'never', '--outputs-file', outputs];
    const settings = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    await cdk(cloud, ['deploy', '--output', join(folder, 'cdk.out'), ...approval, ...settings]);
    const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Outputs>;
    return written.Larder;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `cdk destroy`. @throws Error with the end of what the CLI printed */
export async function destroyStack(cloud: LocalCloud): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-destroy-'));
  try {
    await cdk(cloud, ['destroy', '--force', '--output', join(folder, 'cdk.out')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cdk(cloud: LocalCloud, options: readonly string[]): Promise<void> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_NO_WARNINGS: '1', ...cloud.environment };
  try {
    const settings = { cwd: ROOT, env, maxBuffer: 64 * 2 ** 20 };
    await promisify(execFile)(process.execPath, [CDK, ...options, '--ci', '--no-notices'], settings);
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`cdk ${options[0]} failed:\n${`${stdout ?? ''}${stderr ?? ''}`.slice(-4000)}`, {
      cause: error,
    });
  }
}
