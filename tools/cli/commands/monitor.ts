import { once } from 'node:events';
import { STACK_NAME } from '../../../infra/config.ts';
import type { Place } from '../../backends/backend.ts';
import { openBackend } from '../../backends/open.ts';
import { backendSource } from '../../monitor/sources/backend-source.ts';
import { localSource } from '../../monitor/sources/local-source.ts';
import { startMonitor, type Monitor } from '../../monitor/server/server.ts';
import type { MonitorSource } from '../../monitor/sources/source.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';

const DEFAULT_PORT = 4680;

/** The options of `larder monitor`. */
export interface MonitorOptions {
  readonly port?: number | undefined;
  readonly allowReplay?: boolean | undefined;
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

async function start(source: MonitorSource, { port, allowReplay = false }: MonitorOptions): Promise<Monitor> {
  try {
    return await startMonitor(source, { port: port ?? DEFAULT_PORT, allowReplay });
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (port !== undefined) throw new UsageError(`Port ${port} is taken. Choose another one with --port.`);
    return startMonitor(source, { port: 0, allowReplay });
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
