/**
 * DynamoDB embedded in this process, on disk: dynalite on a loopback port, in its own thread. It lacks transactions,
 * TTL and ReturnValuesOnConditionCheckFailure.
 *
 * LevelDB's lock says which process serves a directory: the first process does, another one connects to it, so that
 * a run can be watched from a second terminal. The lock dies with its process, however that ends.
 */
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { compiled } from '../../compile.js';
import type { DynamoOpened } from './dynamo-thread.ts';
import type { KeyDeclaration, TableDeclaration } from '../cloudformation/template.ts';

export interface LocalDynamo {
  readonly client: DynamoDBClient;
  /** Whether this process serves the tables; otherwise they go when the process that does ends. */
  readonly owner: boolean;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** How long a process that holds the directory may take until it can be reached. */
const MAX_WAIT_MS = 15_000;
const POLL_MS = 20;

/**
 * Opens the tables under a state directory, and makes those that are missing.
 * @param directory the state directory; its folder `dynamo` holds the tables and `endpoint.json`
 * @throws Error where the directory cannot be used, or holds a table of another shape
 */
export async function openLocalDynamo(directory: string, tables: readonly TableDeclaration[]): Promise<LocalDynamo> {
  const path = join(directory, 'dynamo');
  await mkdir(path, { recursive: true });
  const end = performance.now() + MAX_WAIT_MS;
  while (performance.now() < end) {
    const server = await openServer(path);
    if (server) return serve(server, path, tables);
    const port = await livePort(path);
    if (port !== undefined) return connect(port, tables);
    // Its holder is still starting, or has just ended.
    await pause();
  }
  throw new Error(`Another process holds ${path}, but does not answer.`);
}

/** Whether a live process serves the tables of a state directory. */
export async function isServed(directory: string): Promise<boolean> {
  return (await livePort(join(directory, 'dynamo'))) !== undefined;
}

async function serve(server: Server, path: string, tables: readonly TableDeclaration[]): Promise<LocalDynamo> {
  const endpoint = join(path, 'endpoint.json');
  const { port } = server;
  const client = localClient(port);
  const close = async () => {
    client.destroy();
    await rm(endpoint, { force: true });
    await server.close();
  };
  try {
    for (const table of tables) await ensureTable(client, table);
    // Written only now, and as a whole: a process that reads it finds every table.
    await writeFile(`${endpoint}.new`, JSON.stringify({ pid: process.pid, port }));
    await rename(`${endpoint}.new`, endpoint);
  } catch (error) {
    await close();
    throw error;
  }
  return { client, owner: true, close };
}

async function connect(port: number, tables: readonly TableDeclaration[]): Promise<LocalDynamo> {
  const client = localClient(port);
  for (const table of tables) await ensureTable(client, table);
  return {
    client,
    owner: false,
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** The embedded DynamoDB at work. */
interface Server {
  readonly port: number;
  /** Resolves once its store may be opened by others. */
  close(): Promise<void>;
}

/** @returns undefined where another process holds the directory */
async function openServer(path: string): Promise<Server | undefined> {
  const thread = new Worker(await compiled('tools/local/aws/dynamo-thread.ts'), { workerData: path });
  const gone = once(thread, 'exit');
  const [{ port }] = (await once(thread, 'message')) as [DynamoOpened];
  if (port === undefined) {
    await gone;
    return undefined;
  }
  const close = async () => {
    thread.postMessage('close');
    await gone;
  };
  return { port, close };
}

/** The port in the endpoint file, if a live process serves it: one that was killed leaves its file behind. */
async function livePort(path: string): Promise<number | undefined> {
  try {
    const text = await readFile(join(path, 'endpoint.json'), 'utf8');
    const { pid, port } = JSON.parse(text) as { pid: number; port: number };
    process.kill(pid, 0);
    const answer = await fetch(`http://${HOST}:${port}/`, { signal: AbortSignal.timeout(3_000) });
    return (await answer.text()).startsWith('healthy: dynamodb') ? port : undefined;
  } catch {
    return undefined;
  }
}

/** Everything is given, so that the SDK looks for nothing in the user's AWS configuration. */
function localClient(port: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://${HOST}:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    accountIdEndpointMode: 'disabled',
    authSchemePreference: [],
    disableClockSkewCorrection: true,
    endpointDiscoveryEnabled: false,
    endpointDiscoveryEnabledProvider: () => Promise.resolve(false),
    defaultsMode: 'standard',
    maxAttempts: 3,
    retryMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'larder',
  });
}

async function ensureTable(client: DynamoDBClient, table: TableDeclaration): Promise<void> {
  const existing = await describe(client, table.name);
  if (!existing) {
    await client.send(new CreateTableCommand(createInput(table)));
    while ((await describe(client, table.name))?.TableStatus !== 'ACTIVE') await pause();
  } else if (shapeOf(existing) !== shapeOf(createInput(table))) {
    throw new Error(`The local table ${table.name} has another shape than the template's: remove the state directory.`);
  }
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function createInput(table: TableDeclaration): ConstructorParameters<typeof CreateTableCommand>[0] {
  const indexes = table.indexes.map(({ name, keys, projection, nonKeyAttributes }) => ({
    IndexName: name,
    KeySchema: keySchema(keys),
    Projection: {
      ProjectionType: projection,
      ...(nonKeyAttributes.length > 0 ? { NonKeyAttributes: [...nonKeyAttributes] } : {}),
    },
  }));
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(table.keys),
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

function keySchema(keys: readonly KeyDeclaration[]): KeySchemaElement[] {
  return keys.map(({ attribute, role }) => ({ AttributeName: attribute, KeyType: role }));
}

/** What must be the same for a table on disk to serve the template's. */
function shapeOf(table: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>): string {
  const keys = (schema: readonly KeySchemaElement[] | undefined) =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType}:${AttributeName}`).join();
  const indexes = (table.GlobalSecondaryIndexes ?? [])
    .map(({ IndexName, KeySchema, Projection }) => `${IndexName}(${keys(KeySchema)})${Projection?.ProjectionType}`)
    .sort();
  return [keys(table.KeySchema), ...indexes].join(';');
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
