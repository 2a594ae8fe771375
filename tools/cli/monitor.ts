import { once } from 'node:events';
import { STACK_NAME } from '../../infra/config';
import { openBackend, type Place } from '../backend';
import { backendSource } from '../monitor/backend-source';
import { localSource } from '../monitor/local-source';
import { startMonitor, type Monitor } from '../monitor/server';
import type { MonitorSource } from '../monitor/source';
import { UsageError } from './errors';
import { EXIT } from './exit';
import { STATE_DIRECTORY } from './state';

const USUAL_PORT = 4680;

export interface MonitorOptions {
  readonly port: number | undefined;
  readonly allowReplay: boolean;
  readonly on: Place;
}

/** `larder monitor`: serves the page until it is interrupted. */
export async function monitorCommand(options: MonitorOptions): Promise<number> {
  const source = await openSource(options.on);
  const monitor = await start(source, options);
  process.stdout.write(`Larder monitor: ${monitor.url} (Ctrl+C ends it)\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await monitor.close();
  return EXIT.published;
}

async function openSource(on: Place): Promise<MonitorSource> {
  if (on === 'local') return localSource(STATE_DIRECTORY);
  return backendSource(await openBackend(on, STATE_DIRECTORY), `Stack ${STACK_NAME} on AWS`);
}

async function start(source: MonitorSource, { port, allowReplay }: MonitorOptions): Promise<Monitor> {
  try {
    return await startMonitor(source, { port: port ?? USUAL_PORT, allowReplay });
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (port !== undefined) throw new UsageError(`Port ${port} is taken. Choose another one with --port.`);
    return startMonitor(source, { port: 0, allowReplay });
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
