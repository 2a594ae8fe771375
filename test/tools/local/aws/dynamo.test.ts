import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoTable } from '../../../../shared/aws/dynamo-table.ts';
import { openLocalDynamo, type LocalDynamo } from '../../../../tools/local/aws/dynamo.ts';
import type { TableDeclaration } from '../../../../tools/local/cloudformation/template.ts';
import { tableContract } from '../../../shared/pipeline/ports/table.ts';

jest.setTimeout(30_000);
jest.mock('node:fs/promises', () => {
  const actual = jest.requireActual<typeof fs>('node:fs/promises');
  return { ...actual, readFile: jest.fn(actual.readFile) };
});

const keys = (hash: string, range: string) => [
  { attribute: hash, role: 'HASH' as const },
  { attribute: range, role: 'RANGE' as const },
];
const index = (name: string, hash: string) => ({
  name,
  keys: keys(hash, 'startedAt'),
  projection: 'ALL' as const,
  nonKeyAttributes: [],
});
const declaration: TableDeclaration = {
  logicalId: 'Status',
  name: 'Status',
  keys: keys('pk', 'sk'),
  attributes: { pk: 'S', sk: 'S', runsKey: 'S', startedAt: 'S' },
  indexes: [index('runs-by-start', 'runsKey')],
  ttlAttribute: undefined,
};
const statusTable: TableDeclaration = {
  ...declaration,
  attributes: { ...declaration.attributes, unfinishedKey: 'S' },
  indexes: [...declaration.indexes, index('unfinished', 'unfinishedKey')],
  ttlAttribute: 'expiresAt',
};

let directory: string;
let other: ChildProcess | undefined;
beforeEach(async () => {
  directory = await fs.mkdtemp(join(tmpdir(), 'larder-dynamo-'));
});
afterEach(async () => {
  other?.kill('SIGKILL');
  await fs.rm(directory, { recursive: true, force: true });
});

/** Another process that serves the directory; it prints a line once its store is open. */
async function otherOwner(): Promise<ChildProcess> {
  const script = `
    const server = require('dynalite')({ path: process.argv[1], createTableMs: 0 });
    server.listen(0, '127.0.0.1', async () => {
      const { port } = server.address();
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'x-amz-date': 'today',
        authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
      };
      await fetch('http://127.0.0.1:' + port, { method: 'POST', headers, body: '{}' });
      require('node:fs').writeFileSync(process.argv[1] + '/endpoint.json', JSON.stringify({ pid: process.pid, port }));
      console.log('ready');
    });`;
  other = spawn(process.execPath, ['-e', script, join(directory, 'dynamo')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (other.stdout) await once(other.stdout, 'data');
  return other;
}

const item = { pk: 'RUN#1', sk: 'RUN', version: 0, runsKey: 'RUNS', startedAt: '2026-11-01' };

test('what was written is there after the tables are opened again', async () => {
  const first = await openLocalDynamo(directory, [declaration]);
  expect(first.owner).toBe(true);
  expect(await new DynamoTable(first.client, 'Status').put(item, 0)).toBe(true);
  await first.close();
  const second = await openLocalDynamo(directory, [declaration]);
  const table = new DynamoTable(second.client, 'Status');
  expect(await table.get('RUN#1', 'RUN')).toEqual({ ...item, version: 1 });
  expect(await table.put(item, 0)).toBe(false);
  expect(await table.runs('all', 10)).toEqual([{ ...item, version: 1 }]);
  await second.close();
});

test('a process that comes second is connected to the first', async () => {
  const owner = await openLocalDynamo(directory, [declaration]);
  const watcher = await openLocalDynamo(directory, [declaration]);
  expect([owner.owner, watcher.owner]).toEqual([true, false]);
  await new DynamoTable(owner.client, 'Status').put(item, 0);
  expect(await new DynamoTable(watcher.client, 'Status').get('RUN#1', 'RUN')).toBeDefined();
  await watcher.close();
  await owner.close();
});

test('the tables of another process are used while it lives, and taken over when it was killed', async () => {
  const before = await openLocalDynamo(directory, [declaration]);
  await before.close();
  const child = await otherOwner();
  const guest = await openLocalDynamo(directory, [declaration]);
  expect(guest.owner).toBe(false);
  await new DynamoTable(guest.client, 'Status').put(item, 0);
  await guest.close();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(await fs.readFile(join(directory, 'dynamo', 'endpoint.json'), 'utf8')).toContain(`"pid":${child.pid}`);
  const owner = await openLocalDynamo(directory, [declaration]);
  expect(owner.owner).toBe(true);
  expect(await new DynamoTable(owner.client, 'Status').get('RUN#1', 'RUN')).toBeDefined();
  await owner.close();
});

test('a table of another shape is refused, and nothing is left open', async () => {
  await (await openLocalDynamo(directory, [declaration])).close();
  await expect(openLocalDynamo(directory, [{ ...declaration, indexes: [] }])).rejects.toThrow('another shape');
  const again = await openLocalDynamo(directory, [declaration]);
  expect(again.owner).toBe(true);
  await again.close();
});

test('no more runs are read than are asked for', async () => {
  const { client, close } = await openLocalDynamo(directory, [statusTable]);
  const table = new DynamoTable(client, 'Status');
  for (const day of [1, 2, 3, 4, 5])
    await table.put({ ...item, pk: `RUN#${day}`, ...{ startedAt: `2026-11-0${day}` } }, 0);
  const read: unknown[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      read.push(...((answer.output as { Items?: unknown[] }).Items ?? []));
      return answer;
    },
    { step: 'initialize', name: 'countReadItems' },
  );
  expect((await table.runs('all', 1)).map(({ pk }) => pk)).toEqual(['RUN#5']);
  expect(read).toHaveLength(1);
  expect(await table.runs('all', 9)).toHaveLength(5);
  await close();
});

test("the user's AWS configuration is not read", async () => {
  const dynamo = await openLocalDynamo(directory, [declaration]);
  expect(await new DynamoTable(dynamo.client, 'Status').get('a', 'b')).toBeUndefined();
  await dynamo.close();
  const files = jest.mocked(fs.readFile).mock.calls.map(([file]) => file);
  expect(files).not.toContainEqual(expect.stringContaining('.aws'));
});

let dynamo: LocalDynamo | undefined;
let folder = '';
afterAll(async () => {
  await dynamo?.close();
  await fs.rm(folder, { recursive: true, force: true });
});

tableContract('on DynamoDB (dynalite)', async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'larder-contract-'));
  dynamo = await openLocalDynamo(folder, [statusTable]);
  return new DynamoTable(dynamo.client, 'Status');
});
