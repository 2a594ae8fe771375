/** The CDK app, deployed with the CDK CLI as a person would. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalCloud } from './mini-stack.ts';
import { ROOT } from '../../infra/root.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

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
export function deployStack(cloud: LocalCloud, context: Readonly<Record<string, string>> = {}): Promise<Outputs> {
  return inTemporaryFolder('deploy', async (folder) => {
    const outputs = join(folder, 'outputs.json');
    await cdk(cloud, ['bootstrap', ACCOUNT, '--output', join(folder, 'bootstrap.out')]);
    const approval = ['--require-approval', 'never', '--outputs-file', outputs];
    const settings = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    await cdk(cloud, ['deploy', '--output', join(folder, 'cdk.out'), ...approval, ...settings]);
    const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Outputs>;
    return written.Larder;
  });
}

/** `cdk destroy`. @throws Error with the end of what the CLI printed */
export function destroyStack(cloud: LocalCloud): Promise<void> {
  const destroy = (folder: string) => cdk(cloud, ['destroy', '--force', '--output', join(folder, 'cdk.out')]);
  return inTemporaryFolder('destroy', destroy);
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
