import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseStageMessage } from '../../../shared/pipeline/messages.ts';
import type { SqsEvent } from '../../../shared/pipeline/stage/sqs-batch.ts';
import { RandomSource } from '../random-source.ts';
import { STAGE_CATALOGUE, STAGES } from '../../../shared/pipeline/stages.ts';
import type { DisturbanceShares } from './disturbances.ts';
import type { HandOver } from './hand-overs.ts';

/** Hands an event to a function. @returns whether all of it was handled */
export type Invoke = (functionArn: string, event: SqsEvent) => Promise<boolean>;

const WORKERS = new RegExp(STAGES.map((stage) => STAGE_CATALOGUE[stage].functionId).join('|'));
const MAX_KILL_DELAY_MS = 400;
/** During the first delivery's work, or after it. */
const MAX_DUPLICATE_DELAY_MS = 2_000;
const RETRY_DELAY_MS = 2_000;
/** Until the lease of a worker that has died meanwhile has certainly run out. */
const MAX_DELIVERIES = 60;

/**
 * Processes of workers killed at their work, and deliveries handed over once more, with their ids and bodies, until
 * they are acknowledged. Each stage of each week draws for its first delivery, so that the seed alone says which.
 */
export class CloudDisturbances {
  private readonly drawn = new Set<string>();
  private readonly atWork = new Map<number, HandOver>();
  private readonly duplicates: Promise<void>[] = [];
  private handedOver = 0;
  private handedOverTwice = 0;
  private doubled = 0;
  private killed = 0;
  private tooLate = 0;

  constructor(
    private readonly shares: DisturbanceShares,
    private readonly invoke: Invoke,
  ) {}

  get summary(): string {
    return (
      `${this.handedOver - this.handedOverTwice} deliveries, ${this.doubled} doubled, ` +
      `${this.killed} processes killed at their work (${this.tooLate} had ended it before)`
    );
  }

  /** Resolves when no doubled delivery is being handled. @throws Error where one is never acknowledged */
  async settled(): Promise<void> {
    await Promise.all(this.duplicates);
  }

  see(handOver: HandOver): void {
    const { pid, delivery } = handOver;
    this.atWork.set(pid, handOver);
    if (!delivery || !WORKERS.test(delivery.functionArn)) return;
    this.handedOver++;
    const { week, stage } = parseStageMessage(delivery.event.Records[0].body);
    const id = `${week} ${stage}`;
    if (this.drawn.has(id)) return;
    this.drawn.add(id);
    const random = new RandomSource(this.shares.seed, createHash('sha256').update(id).digest().readInt32LE());
    if (random.chance(this.shares.crashes)) void this.kill(handOver, random);
    else if (random.chance(this.shares.duplicates)) {
      const duplicate = this.double(delivery, random);
      // It is settled() that says so.
      duplicate.catch(() => undefined);
      this.duplicates.push(duplicate);
    }
  }

  private async kill(handOver: HandOver, random: RandomSource): Promise<void> {
    await wait(random.below(MAX_KILL_DELAY_MS));
    if (this.atWork.get(handOver.pid) === handOver && isKilled(handOver.pid)) this.killed++;
    else this.tooLate++;
  }

  private async double({ functionArn, event }: Required<HandOver>['delivery'], random: RandomSource): Promise<void> {
    await wait(random.below(MAX_DUPLICATE_DELAY_MS));
    this.doubled++;
    for (let delivery = 0; delivery < MAX_DELIVERIES; delivery++) {
      this.handedOverTwice++;
      if (await this.invoke(functionArn, event)) return;
      await wait(RETRY_DELAY_MS);
    }
    throw new Error(`A doubled delivery was not acknowledged in ${MAX_DELIVERIES} times.`);
  }
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
    return false;
  }
}
