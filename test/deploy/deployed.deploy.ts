/** The stack as `cdk deploy` makes it, on an emulator that nobody here wrote: real queues, processes, API calls. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, HeadBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Summary } from '../../shared/report/summary.ts';
import type { MenuWeek } from '../../shared/domain/model.ts';
import type { RunId } from '../../shared/pipeline/messages.ts';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { deployStack, destroyStack } from '../../tools/local-cloud/deploy.ts';
import { eventually } from '../../tools/local-cloud/deployed-stack.ts';
import { startMiniStack, type LocalCloud } from '../../tools/local-cloud/mini-stack.ts';
import { handOvers, notingIn } from '../../tools/verify/load/hand-overs.ts';
import { Account, larder } from './account.ts';

const TABLES = ['ingredients.csv', 'products.csv', 'recipes.csv', 'utilisation.csv'];
const REQUESTS = [
  ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 's3:GetObject', 's3:PutObject'],
  ...['states:SendTaskHeartbeat', 'states:SendTaskSuccess', 'events:PutEvents'],
];
/** What MiniStack's trail calls a request to S3 to delete many objects. */
const DELETE_OBJECTS = 's3:POST.s3';
const WEEK = '2026-W50' as MenuWeek;

const folder = mkdtempSync(join(tmpdir(), 'larder-deployed-'));
/** What the functions' processes are handed. */
const notes = join(folder, 'hand-overs');
let cloud: LocalCloud;
let account: Account;
let events: string;
let first: RunId;
/** What the functions asked for in the first run. */
let asked: Readonly<Record<string, number>>;

beforeAll(async () => {
  const sample = ['sample', '--out', 'in', '--boxes', '600', '--recipes', '20', '--weeks', '4'];
  expect(await larder(sample, folder)).toMatchObject({ code: 0 });
  cloud = await startMiniStack(notingIn(notes));
  account = new Account(cloud, await deployStack(cloud));
  await account.verifyAddresses();
  await account.upload(join(folder, 'in'), 'inputs');
  events = await listen();
  const before = await requests();
  first = await account.start('first', { weeks: 4 });
  expect(await account.ended(first)).toBe('SUCCEEDED');
  const after = await requests();
  asked = Object.fromEntries(REQUESTS.map((name) => [name, after[name] - before[name]]));
}, 300_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloud.stop();
});

async function requests(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const name of REQUESTS) counts[name] = await account.requests(name);
  return counts;
}

/** A service downstream: a rule on the default bus, and a queue. @returns its queue's URL */
async function listen(): Promise<string> {
  const { QueueUrl = '' } = await account.sqs.send(new CreateQueueCommand({ QueueName: 'downstream' }));
  const { Attributes } = await account.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const pattern = JSON.stringify({ source: ['larder'], 'detail-type': ['ForecastPublished'] });
  await account.eventBridge.send(new PutRuleCommand({ Name: 'downstream', EventPattern: pattern }));
  await account.eventBridge.send(
    new PutTargetsCommand({ Rule: 'downstream', Targets: [{ Id: 'queue', Arn: Attributes?.QueueArn }] }),
  );
  return QueueUrl;
}

async function nothingWaits(): Promise<void> {
  for (const stage of STAGES) {
    await eventually(`an empty ${stage} queue`, async () =>
      (await account.depth(account.queueOf(stage))) === 0 ? true : undefined,
    );
    expect(await account.depth(await account.deadLettersOf(account.queueOf(stage)))).toBe(0);
  }
}

const published = (runId: RunId, revision: number, file: string) =>
  account.read(`published/${runId}/r${revision}/${file}`);

/** The revision, once its mail has been seen to: the last thing but the event and latest.json. */
function revisionOf(runId: RunId, revision: number) {
  return eventually(`revision ${revision} of ${runId}`, async () => {
    const view = await account.store.view(runId);
    const found = view?.revisions.find((record) => record.revision === revision);
    return found && found.mail.state !== 'NONE' && found.mail.state !== 'SENDING' ? found : undefined;
  });
}

/** Kills the worker of the run's last stage as soon as it has claimed it. @returns when */
async function killWorkerOf(runId: RunId, over: AbortController): Promise<number> {
  for await (const { pid, delivery } of handOvers(notes, over.signal)) {
    if (delivery?.functionArn.includes('SiteForecast') && delivery.event.Records[0].body.includes(`"${runId}"`)) {
      while ((await account.store.stage(runId, WEEK, 'forecast'))?.status !== 'RUNNING') await wait(10);
      process.kill(pid, 'SIGKILL');
      over.abort();
      return Date.now();
    }
  }
  throw new Error(`No worker was handed the forecast of ${runId}.`);
}

describe('a deployed stack', () => {
  it('publishes the same bytes as the local stack', async () => {
    const local = await larder(['run', '--input', 'in', '--weeks', '4', '--json'], folder);
    expect(local).toMatchObject({ code: 0 });
    const { run_id, output } = JSON.parse(local.stdout) as Summary & { output: string };
    for (const file of TABLES) {
      const here = readFileSync(join(output, file), 'utf8').replaceAll(run_id, first);
      expect(await published(first, 1, file)).toBe(here);
    }
  });

  it('asks for what `larder cost` counts', async () => {
    const { code, stdout } = await larder(['cost', '--weeks', '4', '--input', 'in', '--json'], folder);
    expect(code).toBe(0);
    const { run } = JSON.parse(stdout) as { run: { requests: Record<string, number> } };
    expect(asked).toEqual(Object.fromEntries(REQUESTS.map((name) => [name, run.requests[name]])));
    // Its history leaves out what is inside the Map: a state a stage, each answered once.
    const inside = asked['states:SendTaskSuccess'];
    expect((await account.transitions(first)) + inside).toBe(run.requests['states:Transition']);
    expect(cloud.log().match(/processed 1 SQS messages/g)?.length).toBeGreaterThanOrEqual(
      run.requests['sqs:ReceiveMessage'],
    );
  });

  it('records the run, its weeks and their stages in the status table', async () => {
    const view = await account.store.view(first);
    expect(view?.run).toMatchObject({ status: 'PUBLISHED', revision: 1, kind: 'baseline' });
    expect(view?.weeks.map(({ status }) => status)).toEqual(Array(4).fill('COMPLETE'));
    expect(view?.stages).toHaveLength(12);
    for (const stage of view?.stages ?? []) {
      expect(stage).toMatchObject({ status: 'COMPLETE', attempt: 1, handoff: 'DONE' });
      expect(stage.message).not.toHaveProperty('taskToken');
    }
    const runs = await account.store.runs('all');
    expect(runs.map(({ runId }) => runId)).toContain(first);
  });

  it('mails the Planning team once and tells the services downstream', async () => {
    expect((await revisionOf(first, 1)).mail.state).toBe('SENT');
    const mails = await account.mailbox();
    expect(mails).toHaveLength(1);
    expect(mails[0].Subject).toContain('2026-W49');
    const event = JSON.parse(await account.take(events)) as { detail: object; 'detail-type': string };
    expect(event['detail-type']).toBe('ForecastPublished');
    expect(event.detail).toMatchObject({ runId: first, revision: 1, status: 'PUBLISHED', correction: false });
    expect(JSON.parse(await account.read('published/latest.json'))).toMatchObject({ run_id: first });
  });

  it('runs a week again when its message is sent again', async () => {
    const view = await account.store.view(first);
    const row = view?.stages.find(({ week, stage }) => week === WEEK && stage === 'extract');
    const before = (await account.mailbox()).length;
    await account.send(account.queueOf('extract'), JSON.stringify(row?.message));
    const revision = await revisionOf(first, 2);
    expect(revision.attempts).toMatchObject({ '2026-W49': 1, '2026-W50': 2, '2026-W51': 1, '2026-W52': 1 });
    expect(revision.correction).toBeDefined();
    expect(await account.mailbox()).toHaveLength(before + 1);
    const others = async (of: number) =>
      (await published(first, of, 'ingredients.csv'))
        .split('\n')
        .filter((line) => !line.includes(WEEK))
        .map((line) => line.replace(/^[^,]*,\d+,/, ''));
    expect(await others(2)).toEqual(await others(1));
    await nothingWaits();
  });

  it('answers larder runs, status, replay and run with --on aws', async () => {
    const on = ['--on', 'aws', '--json'];
    const status = await account.larder(['status', first, ...on], folder);
    expect(JSON.parse(status.stdout)).toMatchObject({ run_id: first, status: 'PUBLISHED', revision: 2 });
    const runs = JSON.parse((await account.larder(['runs', ...on], folder)).stdout) as object[];
    expect(runs).toContainEqual(expect.objectContaining({ run_id: first, weeks_done: 4 }));

    const replay = ['replay', first, '--week', '2026-W51', '--from', 'forecast', '--reason', 'as a test'];
    const again = await account.larder([...replay, ...on, '--out', 'replayed'], folder);
    expect(again).toMatchObject({ code: 0 });
    const { revision, output, correction } = JSON.parse(again.stdout) as Summary & { output: string };
    expect(revision).toBe(3);
    expect(correction).toMatchObject({ reason: 'as a test' });
    const numbers = (text: string) => text.replace(/^[^,]*,\d+,/gm, '');
    for (const file of TABLES) {
      const here = readFileSync(join(folder, output, file), 'utf8');
      expect(here).toBe(await published(first, 3, file));
      expect(numbers(here)).toBe(numbers(await published(first, 2, file)));
    }

    const run = ['run', '--input', 'in', '--weeks', '1', '--volume', '2026-W49=1.1', '--out', 'brought'];
    const ended = await account.larder([...run, ...on], folder);
    expect(ended).toMatchObject({ code: 0 });
    const made = JSON.parse(ended.stdout) as Summary & { output: string };
    expect(readFileSync(join(folder, made.output, 'utilisation.csv'), 'utf8')).toContain('2026-W49');

    const wrong = await account.larder(['run', '--input', 's3://nowhere/at-all', '--on', 'aws'], folder);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).not.toContain('    at ');
  });

  it('leaves alone the run whose token stands in a message of another', async () => {
    const queue = account.queueOf('extract');
    await account.connect(queue, false);
    const waiting = await account.start('waits', { weeks: [WEEK] });
    const its = await account.take(queue);
    const { taskToken } = JSON.parse(its) as { taskToken: string };
    const row = (await account.store.view(first))?.stages.find(({ week }) => week === '2026-W52');
    await account.connect(queue, true);
    await account.send(queue, JSON.stringify({ ...row?.message, taskToken }));
    expect((await revisionOf(first, 4)).attempts).toMatchObject({ '2026-W52': 2 });
    expect((await account.store.view(waiting))?.run.status).toBe('RUNNING');
    await account.send(queue, its);
    expect(await account.ended(waiting)).toBe('SUCCEEDED');
    await nothingWaits();
  });

  it('cancels a run: its messages are refused, and nothing is published', async () => {
    const queue = account.queueOf('extract');
    await account.connect(queue, false);
    const runId = await account.start('cancelled', { weeks: [WEEK] });
    const message = await account.take(queue);
    const mails = (await account.mailbox()).length;
    const cancel = await account.larder(['cancel', runId, '--on', 'aws'], folder);
    expect(cancel).toMatchObject({ code: 0 });
    expect(await account.ended(runId)).toBe('ABORTED');
    await account.connect(queue, true);
    await account.send(queue, message);
    await nothingWaits();
    const view = await account.store.view(runId);
    expect(view?.run).toMatchObject({ status: 'CANCELLED', revision: 0 });
    expect(view?.stages).toEqual([]);
    expect(await account.mailbox()).toHaveLength(mails);
    const replay = ['replay', runId, '--missing', '--reason', 'x', '--on', 'aws'];
    expect(await account.larder(replay, folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('accepts no replay') as string,
    });
  });

  it.each(['the worker', 'the dead-letter consumer'])(
    'ends a week whose message is poison to %s, with its reason, and leaves nothing waiting',
    async (handler) => {
      const queue = account.queueOf('simulate');
      await account.connect(queue, false);
      const runId = await account.start(`poison-for-${handler.replaceAll(' ', '-')}`, { weeks: [WEEK] });
      const { taskToken } = JSON.parse(await account.take(queue)) as { taskToken: string };
      const poison = JSON.stringify({ v: 99, taskToken });
      await account.connect(queue, true);
      await account.send(handler === 'the worker' ? queue : await account.deadLettersOf(queue), poison);
      expect(await account.ended(runId)).toBe('FAILED');
      const view = await account.store.view(runId);
      expect(view?.run.status).toBe('FAILED');
      expect(view?.weeks[0].failure?.error).toBe(handler === 'the worker' ? 'MessageRefused' : 'DeliveriesExhausted');
      await nothingWaits();
    },
  );

  it('publishes the other weeks when the input of one is impossible', async () => {
    const days = readFileSync(join(folder, 'in', 'delivery_days.csv'), 'utf8');
    await account.upload(join(folder, 'in'), 'inputs/broken');

    const one = mkdtempSync(join(folder, 'broken-'));
    writeFileSync(join(one, 'delivery_days.csv'), days.replace(/2026-W50.*\n/g, ''));
    await account.upload(one, 'inputs/broken');
    const input = `s3://${account.outputs.BucketName}/inputs/broken`;
    const runId = await account.start('broken', { weeks: 3, input });
    expect(await account.ended(runId)).toBe('SUCCEEDED');
    const view = await account.store.view(runId);
    expect(view?.run.status).toBe('PARTIAL');
    expect(view?.weeks.map(({ status }) => status)).toEqual(['COMPLETE', 'FAILED', 'COMPLETE']);
    expect(view?.weeks[1].failure?.message).toContain('delivery_days.csv');
  });

  it('marks a run whose execution was stopped, at the next look of the sweeper', async () => {
    const queue = account.queueOf('extract');
    await account.connect(queue, false);
    const runId = await account.start('stopped', { weeks: [WEEK] });
    await account.take(queue);
    await account.stop(runId);
    await account.connect(queue, true);
    await account.sweep();
    const view = await account.store.view(runId);
    expect(view?.run).toMatchObject({
      status: 'FAILED',
      failure: { error: 'Interrupted', message: 'its execution was stopped' },
    });
    expect(view?.weeks.map(({ status }) => status)).toEqual(['FAILED']);
  });

  it('runs once what a schedule has started twice', async () => {
    const mails = (await account.mailbox()).length;
    const scheduledTime = '2026-11-27T05:00:00Z';
    const settings = { weeks: [WEEK], scheduledTime, startedBy: 'the schedule of 5:00 UTC' };
    const started = [await account.start('scheduled-1', settings), await account.start('scheduled-2', settings)];
    for (const runId of started) expect(await account.ended(runId)).toBe('SUCCEEDED');
    const records = await Promise.all(started.map((runId) => account.store.run(runId)));
    expect(records.filter((run) => run !== undefined)).toMatchObject([{ status: 'PUBLISHED', revision: 1 }]);
    expect(await account.mailbox()).toHaveLength(mails + 1);
  });

  it('is at work again within two minutes when a worker is killed in the middle of its own', async () => {
    // Only the processes of a MiniStack of our own are ours to kill.
    if (process.env.LARDER_TEST_ENDPOINT) return;
    const over = new AbortController();
    // Enough of them to be killed among.
    const settings = { weeks: [WEEK], scenarios: 1_000 };
    expect(await account.ended(await account.start('before', settings))).toBe('SUCCEEDED');
    const runId = await account.start('killed', settings);
    const killedAt = await killWorkerOf(runId, over);
    const again = await eventually(
      'the next claim of the stage',
      async () => {
        const row = await account.store.stage(runId, WEEK, 'forecast');
        return row && row.fence > 1 ? row : undefined;
      },
      150,
    );
    expect(Date.parse(again.startedAt) - killedAt).toBeLessThan(120_000);
    expect(await account.ended(runId)).toBe('SUCCEEDED');
    expect(await account.store.stage(runId, WEEK, 'forecast')).toMatchObject({ attempt: 1, deliveries: 2 });
    const undisturbed = await account.start('undisturbed', settings);
    expect(await account.ended(undisturbed)).toBe('SUCCEEDED');
    for (const file of TABLES) {
      const there = await published(undisturbed, 1, file);
      expect(await published(runId, 1, file)).toBe(there.replaceAll(undisturbed, runId));
    }
  }, 300_000);

  it('says in every line of a stage which run, week, stage and attempt it is about', () => {
    const lines = [...cloud.log().matchAll(/\{"timestamp":.*?\}(?=\s|$|\\n)/gm)].flatMap(([text]) => {
      try {
        return [JSON.parse(text) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
    const stages = lines.filter(({ event }) => /^(stage|token)\./.test(String(event)));
    expect(stages.length).toBeGreaterThan(20);
    for (const line of stages)
      expect(line).toMatchObject({
        runId: expect.any(String) as string,
        week: expect.any(String) as string,
        stage: expect.any(String) as string,
        attempt: expect.any(Number) as number,
      });
    const [committed] = stages.filter(({ event }) => event === 'stage.committed');
    expect(committed['StageDuration']).toBe(committed['durationMs']);
    expect(committed['_aws']).toBeDefined();
  });

  it('never logs a token, nor keeps one that has been answered', async () => {
    const lines = cloud.log();
    expect(lines).toContain('stage.decided');
    expect(lines).not.toMatch(/taskToken["':=\s]+\w/);
    for (const { runId } of await account.store.runs('all')) {
      const view = await account.store.view(runId);
      expect(JSON.stringify(view)).not.toContain('"taskToken"');
    }
  });

  it('notes a mail that bounced', async () => {
    expect((await revisionOf(first, 1)).mail.state).toBe('SENT');
    await account.reportMail('Email Bounced', first, 1, {
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'NoEmail',
        bouncedRecipients: [{ emailAddress: 'planning@example.com', status: '5.1.1' }],
        timestamp: '2026-11-25T08:00:00.000Z',
      },
    });
    const mail = await eventually('the bounce in the table', async () => {
      const { mail } = await revisionOf(first, 1);
      return mail.state === 'SENT' ? undefined : mail;
    });
    expect(mail).toMatchObject({ state: 'BOUNCED', returns: [{ to: 'planning@example.com' }] });
  });

  it('is taken down again, its full bucket emptied first', async () => {
    const [Bucket, Key] = [account.outputs.BucketName, 'inputs/again'];
    for (const Body of ['one', 'two']) await account.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await account.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    // MiniStack leaves the template's tags off a bucket; the function that empties it asks for its own.
    const TagSet = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
    await account.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect(await account.requests(DELETE_OBJECTS)).toBe(0);
    await destroyStack(cloud);
    await expect(account.store.runs('all')).rejects.toThrow();
    await expect(account.s3.send(new HeadBucketCommand({ Bucket }))).rejects.toThrow();
    // MiniStack takes a full bucket away where S3 would refuse: what tells is that the stack has emptied it.
    expect(await account.requests(DELETE_OBJECTS)).toBeGreaterThan(0);
  });
});
