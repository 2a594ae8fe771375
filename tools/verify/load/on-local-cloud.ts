/** The run on MiniStack, onto which the CDK app is deployed: its queues, its functions' processes, its calls. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { STAGES } from '../../../shared/pipeline/stages.ts';
import type { SqsBatchResponse } from '../../../shared/pipeline/stage/sqs-batch.ts';
import { deployStack } from '../../local-cloud/deploy.ts';
import { DeployedStack, eventually } from '../../local-cloud/deployed-stack.ts';
import { startMiniStack } from '../../local-cloud/mini-stack.ts';
import { CloudDisturbances, type Invoke } from './cloud-disturbances.ts';
import type { DisturbanceShares } from './disturbances.ts';
import { handOvers, notingIn } from './hand-overs.ts';
import { outcomeOf, RUN, SCENARIOS, type DisturbedOutcome } from './outcome.ts';

const FUNCTION_TIMEOUT_SECONDS = 15;
const CONTEXT = {
  // A message that no worker took up is visible again after six times the function's timeout. And MiniStack knows no
  // MaxConcurrencyPath: all weeks are in the queue at once, and the last waits for the others.
  'larder:timing': JSON.stringify({
    functionTimeoutSeconds: FUNCTION_TIMEOUT_SECONDS,
    queueWaitSeconds: 3 * 3600,
  }),
  // Processes that work at the same time, of each stage.
  'larder:stageConcurrency': '4',
};
const VISIBILITY_SECONDS = 6 * FUNCTION_TIMEOUT_SECONDS;

/** @throws Error where the run does not end, or a message is left in a queue */
export async function runOnLocalCloud(
  directory: string,
  input: string,
  weeks: number,
  shares: DisturbanceShares,
): Promise<DisturbedOutcome> {
  if (process.env.LARDER_TEST_ENDPOINT)
    throw new Error('LARDER_TEST_ENDPOINT is set, and only the processes of a MiniStack of its own are killed.');
  await mkdir(directory);
  const notes = join(directory, 'hand-overs');
  const cloud = await startMiniStack(notingIn(notes));
  try {
    const stack = new DeployedStack(cloud, await deployStack(cloud, CONTEXT));
    await stack.verifyAddresses();
    await stack.upload(input, 'inputs');
    const disturbances = new CloudDisturbances(shares, invokeOf(stack.lambda));
    const over = new AbortController();
    const [seconds] = await Promise.all([
      runIn(stack, weeks, disturbances).finally(() => over.abort()),
      watch(notes, disturbances, over.signal),
    ]);
    const view = await stack.store.view(RUN);
    if (!view) throw new Error(`The run left no record. MiniStack said last:\n${cloud.log().slice(-2000)}`);
    const mails = await stack.mailbox();
    const read = async (file: string) => Buffer.from(await stack.read(`published/${RUN}/r1/${file}`));
    const { summary } = disturbances;
    return { ...(await outcomeOf(view, seconds, mails.length, read)), summary };
  } finally {
    await cloud.stop();
  }
}

async function watch(notes: string, disturbances: CloudDisturbances, signal: AbortSignal): Promise<void> {
  for await (const handOver of handOvers(notes, signal)) disturbances.see(handOver);
}

/** @returns its seconds, when its messages are gone as well @throws Error where they are not, or are dead letters */
async function runIn(stack: DeployedStack, weeks: number, disturbances: CloudDisturbances): Promise<number> {
  const before = performance.now();
  const run = await stack.start(RUN, { weeks, scenarios: SCENARIOS });
  await stack.ended(run, 600 + 20 * weeks);
  const seconds = (performance.now() - before) / 1000;
  await disturbances.settled();
  // One whose worker was killed after it had answered comes back when the run has ended.
  for (const stage of STAGES) {
    const ask = async () => ((await stack.depth(stack.queueOf(stage))) === 0 ? true : undefined);
    await eventually(`an empty ${stage} queue`, ask, 2 * VISIBILITY_SECONDS);
    const dead = await stack.depth(await stack.deadLettersOf(stack.queueOf(stage)));
    if (dead !== 0) throw new Error(`There are dead letters of ${stage}: ${dead}.`);
  }
  return seconds;
}

function invokeOf(lambda: LambdaClient): Invoke {
  return async (FunctionName, event) => {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    if (FunctionError !== undefined || !Payload) return false;
    const { batchItemFailures } = JSON.parse(Payload.transformToString()) as SqsBatchResponse;
    return batchItemFailures.length === 0;
  };
}
