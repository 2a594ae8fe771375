/** The run under load, on a local cloud: which processes it kills, and what it hands over twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudDisturbances } from '../../../../tools/verify/load/cloud-disturbances.ts';
import { handOvers, notingIn } from '../../../../tools/verify/load/hand-overs.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-load-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As MiniStack's is: it is set up by one line, handed an event by each one more, and answers that it is ready. */
const WORKER = `
  require('readline').createInterface({ input: process.stdin })
    .once('line', () => process.stdout.write('ready'));`;

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:Larder-OrderSimulator';
const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '0' };
const body = JSON.stringify({ v: 1, runId: 'load', week: '2026-W49', stage: 'simulate', attempt: 1 });
const event = { Records: [{ messageId: 'a', receiptHandle: 'b', body, attributes }] };

function worker(file: string) {
  const child = spawn(process.execPath, ['-e', WORKER], { env: { ...process.env, ...notingIn(file) } });
  child.stdin.write('{}\n');
  return child;
}

async function watch(file: string, disturbances: CloudDisturbances, signal: AbortSignal): Promise<void> {
  for await (const handOver of handOvers(file, signal)) disturbances.see(handOver);
}

it('kills the process that has the delivery, and no other', async () => {
  const file = join(folder, 'killed');
  const [busy, idle] = [worker(file), worker(file)];
  const disturbances = new CloudDisturbances({ crashes: 1, duplicates: 0, seed: 1 }, () =>
    Promise.reject(new Error('Nothing is doubled.')),
  );
  const over = new AbortController();
  const watching = watch(file, disturbances, over.signal);
  busy.stdin.write(`${JSON.stringify({ event, ctx: { invoked_function_arn: FUNCTION } })}\n`);
  expect(await once(busy, 'exit')).toEqual([null, 'SIGKILL']);
  expect(idle.exitCode ?? idle.signalCode).toBeNull();
  expect(disturbances.summary).toBe(
    '1 deliveries, 0 doubled, 1 processes killed at their work (0 had ended it before)',
  );
  over.abort();
  await watching;
  idle.kill();
});

it('hands a delivery over twice, until it is acknowledged', async () => {
  const handed: unknown[] = [];
  const disturbances = new CloudDisturbances({ crashes: 0, duplicates: 1, seed: 1 }, (arn, again) => {
    handed.push([arn, again]);
    return Promise.resolve(handed.length === 2);
  });
  disturbances.see({ pid: 1, delivery: { functionArn: FUNCTION, event } });
  await disturbances.settled();
  expect(handed).toEqual([
    [FUNCTION, event],
    [FUNCTION, event],
  ]);
}, 20_000);
