import { once } from 'node:events';
import type { Place } from '../backend';
import { awsSource } from '../monitor/aws-source';
import { localSource } from '../monitor/local-source';
import { startMonitor, type Monitor } from '../monitor/server';
import { UsageError } from './errors';
import { EXIT } from './exit';
import { STATE_DIRECTORY } from './state';

const USUAL_PORT = 4680;

/** `larder monitor`: serves the page until it is interrupted. */
export async function monitorCommand(options: {
  readonly port: number | undefined;
  readonly allowReplay: boolean;
  readonly on: Place;
}): Promise<number> {
  const monitor = await start(options);
  process.stdout.write(`Larder monitor: ${monitor.url} (Ctrl+C ends it)\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await monitor.close();
  return EXIT.published;
}

async function start({
  port,
  allowReplay,
  on,
}: {
  readonly port: number | undefined;
  readonly allowReplay: boolean;
  readonly on: Place;
}): Promise<Monitor> {
  const source = on === 'local' ? localSource(STATE_DIRECTORY) : await awsSource();
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
