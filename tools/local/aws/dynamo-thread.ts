/**
 * The embedded DynamoDB on a thread of its own, so that its work and the stages' do not wait for each other.
 * Its data is the store's folder; it says where it listens, or that another process holds the store, and ends
 * when it is sent anything.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import dynaliteDb from 'dynalite/db/index.js';
import { isObject } from '../is-object.ts';

/** What the thread says first; no port where another process holds the store. */
export interface DynamoOpened {
  readonly port?: number;
}

const HOST = '127.0.0.1';

/**
 * @returns undefined where another process holds the directory
 *
 * dynalite opens its store on the first request, and throws out of the request's handler, which ends the
 * process, if the store is locked. So the store is opened first and handed over.
 */
async function openServer(path: string): Promise<Server | undefined> {
  const store = dynaliteDb.create({ path, createTableMs: 0 });
  try {
    await store.db.open();
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error;
  }
  const { create } = dynaliteDb;
  try {
    dynaliteDb.create = () => store;
    return dynalite({ path });
  } finally {
    dynaliteDb.create = create;
  }
}

function isLocked(error: unknown): boolean {
  return isObject(error) && isObject(error.cause) && error.cause.code === 'LEVEL_LOCKED';
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function serve(path: string): Promise<void> {
  const server = await openServer(path);
  const opened: DynamoOpened = server ? { port: await listen(server) } : {};
  parentPort?.once('message', () => server?.close());
  parentPort?.postMessage(opened);
  // Nothing keeps a thread that has no server.
  if (!server) parentPort?.close();
}

void serve(workerData as string);
