/** MiniStack, an AWS emulator that nobody here wrote: what the stack is deployed onto on every change. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../../infra/root.ts';
import { pythonTool } from '../python/tool.ts';

const START_SECONDS = 60;
const HEALTH = '/_ministack/health';

/** A cloud on this computer that answers the AWS APIs. */
export interface LocalCloud {
  readonly endpoint: string;
  /** What a program needs in its environment to speak to it; no real credentials are in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it has logged; empty where it was started by others. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * A running MiniStack: the one at `LARDER_TEST_ENDPOINT`, or a new one on a free port of the loopback interface,
 * with folders of its own, which {@link LocalCloud.stop} and the end of this process take away.
 *
 * @param environment more of it for the functions' processes, where the MiniStack is a new one
 * @throws Error where it does not answer within a minute, with what it printed last
 */
export async function startMiniStack(environment: Readonly<Record<string, string>> = {}): Promise<LocalCloud> {
  const running = process.env.LARDER_TEST_ENDPOINT;
  if (running) {
    await answers(
      running,
      () => null,
      () => running,
    );
    return { ...cloudAt(running), log: () => '', stop: () => Promise.resolve() };
  }
  const program = pythonTool('ministack');
  const folder = mkdtempSync(join(tmpdir(), 'larder-cloud-'));
  const port = await freePort();
  const child = start(program, folder, port, environment);
  const stop = stopper(child, folder);
  const log = () => readFileSync(join(folder, 'log'), 'utf8');
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answers(endpoint, () => child.exitCode, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...cloudAt(endpoint), log, stop };
}

function start(
  program: string,
  folder: string,
  port: number,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const output = openSync(join(folder, 'log'), 'a');
  const child = spawn(program, [], {
    cwd: folder,
    // A group of its own: the functions' processes end with it.
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      S3_DATA_DIR: join(folder, 's3'),
      // It listens on every interface otherwise.
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      NODE_PATH: runtimeModules(folder),
      // What `larder cost` says is held against what it saw.
      CLOUDTRAIL_RECORDING: '1',
      CLOUDTRAIL_MAX_EVENTS: '100000',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
  closeSync(output);
  return child;
}

/** A folder with what Lambda's Node has beside the function's own code, and CDK's own functions ask for: the AWS SDK. */
function runtimeModules(folder: string): string {
  const modules = join(folder, 'runtime');
  mkdirSync(modules);
  symlinkSync(join(ROOT, 'node_modules/@aws-sdk'), join(modules, '@aws-sdk'), 'junction');
  return modules;
}

function stopper(child: ChildProcess, folder: string): () => Promise<void> {
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    process.removeListener('exit', kill);
    kill();
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

function cloudAt(endpoint: string): Pick<LocalCloud, 'endpoint' | 'environment'> {
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      // No profile of the person's own may come first.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  };
}

async function answers(endpoint: string, exitCode: () => number | null, log: () => string): Promise<void> {
  const until = Date.now() + START_SECONDS * 1000;
  while (exitCode() === null && Date.now() < until) {
    const health = await fetch(endpoint + HEALTH).catch(() => undefined);
    if (health?.ok) return;
    await wait(100);
  }
  throw new Error(`No MiniStack answers at ${endpoint}: ${log().slice(-2000)}`);
}

/** One that nobody listens on now; another process could take it before MiniStack does, which then says so. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('No free port was given.'));
      });
    });
  });
}
