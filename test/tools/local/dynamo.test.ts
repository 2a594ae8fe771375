import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoTable } from '../../../shared/aws/dynamo-table';
import { openLocalDynamo } from '../../../tools/local/dynamo';
import type { TableDeclaration } from '../../../tools/local/template';

const declaration: TableDeclaration = {
  logicalId: 'Status',
  name: 'Status',
  keys: [
    { attribute: 'pk', role: 'HASH' },
    { attribute: 'sk', role: 'RANGE' },
  ],
  attributes: { pk: 'S', sk: 'S', runsKey: 'S', startedAt: 'S' },
  indexes: [
    {
      name: 'runs-by-start',
      keys: [
        { attribute: 'runsKey', role: 'HASH' },
        { attribute: 'startedAt', role: 'RANGE' },
      ],
      projection: 'ALL',
      nonKeyAttributes: [],
    },
  ],
  ttlAttribute: undefined,
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-dynamo-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Another process that serves the directory; it prints a line once it does. */
async function otherOwner(): Promise<ChildProcess> {
  const script = `
    const server = require('dynalite')({ path: process.argv[1], createTableMs: 0 });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      require('node:fs').writeFileSync(process.argv[1] + '/endpoint.json', JSON.stringify({ pid: process.pid, port }));
      console.log('ready');
    });`;
  const child = spawn(process.execPath, ['-e', script, join(directory, 'dynamo')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
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

test('who comes second is connected to the first', async () => {
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
  expect(await readFile(join(directory, 'dynamo', 'endpoint.json'), 'utf8')).toContain(`"pid":${child.pid}`);
  const owner = await openLocalDynamo(directory, [declaration]);
  expect(owner.owner).toBe(true);
  expect(await new DynamoTable(owner.client, 'Status').get('RUN#1', 'RUN')).toBeDefined();
  await owner.close();
});

test('a table of another shape is refused, and nothing is left open', async () => {
  await (await openLocalDynamo(directory, [declaration])).close();
  await expect(openLocalDynamo(directory, [{ ...declaration, indexes: [] }])).rejects.toThrow(
    'another shape',
  );
  const again = await openLocalDynamo(directory, [declaration]);
  expect(again.owner).toBe(true);
  await again.close();
});

test("the user's AWS configuration is not read", async () => {
  const config = join(directory, 'config');
  await writeFile(
    config,
    '[default]\nretry_mode = nonsense\nmax_attempts = nonsense\nuse_fips_endpoint = nonsense\n',
  );
  const { AWS_CONFIG_FILE } = process.env;
  process.env.AWS_CONFIG_FILE = config;
  try {
    const dynamo = await openLocalDynamo(directory, [declaration]);
    expect(await new DynamoTable(dynamo.client, 'Status').get('a', 'b')).toBeUndefined();
    await dynamo.close();
  } finally {
    if (AWS_CONFIG_FILE === undefined) delete process.env.AWS_CONFIG_FILE;
    else process.env.AWS_CONFIG_FILE = AWS_CONFIG_FILE;
  }
});
