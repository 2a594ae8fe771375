/** The ports' contracts on this computer: what the local stack and the tests put in the place of AWS. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoTable } from '../../../shared/aws/dynamo-table.ts';
import { STAGES } from '../../../shared/pipeline/stages.ts';
import { systemClock } from '../../../shared/pipeline/system-clock.ts';
import { StateMachine } from '../../../tools/local/asl/index.ts';
import { openLocalDynamo, type LocalDynamo } from '../../../tools/local/aws/dynamo.ts';
import { DirectoryBlobs } from '../../../tools/local/files.ts';
import { LocalQueues } from '../../../tools/local/aws/queues.ts';
import type { TableDeclaration } from '../../../tools/local/cloudformation/template.ts';
import { MemoryBlobs, MemoryTable } from '../../shared/pipeline/world.ts';
import { blobsContract } from '../../shared/pipeline/ports/blobs.ts';
import { queuesContract } from '../../shared/pipeline/ports/queues.ts';
import { tableContract } from '../../shared/pipeline/ports/table.ts';
import { callbackDefinition, tasksContract } from '../../shared/pipeline/ports/tasks.ts';

jest.setTimeout(30_000);
const keys = (hash: string, range: string) => [
  { attribute: hash, role: 'HASH' as const },
  { attribute: range, role: 'RANGE' as const },
];
const declaration: TableDeclaration = {
  logicalId: 'Table',
  name: 'Table',
  keys: keys('pk', 'sk'),
  attributes: { pk: 'S', sk: 'S', runsKey: 'S', unfinishedKey: 'S', startedAt: 'S' },
  indexes: [
    { name: 'runs-by-start', keys: keys('runsKey', 'startedAt'), projection: 'ALL', nonKeyAttributes: [] },
    { name: 'unfinished', keys: keys('unfinishedKey', 'startedAt'), projection: 'ALL', nonKeyAttributes: [] },
  ],
  ttlAttribute: 'expiresAt',
};

const folder = mkdtempSync(join(tmpdir(), 'larder-contract-'));
let dynamo: LocalDynamo | undefined;
let queues: LocalQueues | undefined;
afterAll(async () => {
  await dynamo?.close();
  queues?.close();
  rmSync(folder, { recursive: true, force: true });
});

const queue = (name: string) => ({
  name,
  url: `https://local/${name}`,
  arn: `arn:aws:sqs:local:0:${name}`,
  visibilitySeconds: 60,
  delaySeconds: 0,
});
const openQueues = (names: readonly string[]) =>
  (queues = new LocalQueues(names.map(queue), { clock: systemClock, randomId: randomUUID }));

tableContract('in memory', () => Promise.resolve(new MemoryTable()));
tableContract('on DynamoDB (dynalite)', async () => {
  dynamo = await openLocalDynamo(folder, [declaration]);
  return new DynamoTable(dynamo.client, 'Table');
});

blobsContract('in memory', () => Promise.resolve(new MemoryBlobs()));
blobsContract('in a folder', () => Promise.resolve(new DirectoryBlobs(join(folder, 'bucket'))));

queuesContract('in memory', () => {
  const opened = openQueues(STAGES);
  return Promise.resolve({
    queues: {
      send: (message) => Promise.resolve(void opened.get(message.stage).send(JSON.stringify(message))),
      release: (stage, { receipt }, seconds) =>
        Promise.resolve(opened.get(stage).changeVisibility(receipt, seconds)),
    },
    receive: (stage) => Promise.resolve(opened.get(stage).receive(1).at(0)),
  });
});

tasksContract('of the interpreter', () => {
  const tokens = openQueues(['tokens']);
  const url = queue('tokens').url;
  const services = {
    invokeLambda: () => Promise.reject(new Error('there is no function')),
    sendMessage: (to: string, body: string) => tokens.sendMessage(to, body),
  };
  const options = { clock: systemClock, random: Math.random, randomToken: randomUUID };
  const machine = new StateMachine(callbackDefinition(url), services, options);
  const nextToken = () =>
    new Promise<string>((resolve) => {
      const poll = () => {
        const message = tokens.get(url).receive(1).at(0);
        if (message) resolve((JSON.parse(message.body) as { taskToken: string }).taskToken);
        else setTimeout(poll, 10);
      };
      poll();
    });
  return Promise.resolve({ callbacks: machine, executions: machine, stopEndsTokens: true, nextToken });
});
