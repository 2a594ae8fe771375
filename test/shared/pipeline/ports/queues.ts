/** What every set of stage queues does. */
import { setTimeout as wait } from 'node:timers/promises';
import type { MenuWeek } from '../../../../shared/domain/model.ts';
import type { Delivery, RunId, StageMessage } from '../../../../shared/pipeline/messages.ts';
import { STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
import type { StageQueues } from '../../../../shared/pipeline/ports.ts';

export interface Queues {
  readonly queues: StageQueues;
  /** Receives one message; undefined where none is visible. */
  readonly receive: (stage: Stage) => Promise<Delivery | undefined>;
}

export function queuesContract(name: string, open: () => Promise<Queues>): void {
  describe(`stage queues ${name}`, () => {
    let world: Queues;
    beforeAll(async () => {
      world = await open();
    });

    const message = (stage: Stage): StageMessage => ({
      v: 1,
      runId: 'run-1' as RunId,
      week: '2026-W49' as MenuWeek,
      stage,
      attempt: 1,
    });
    const received = async (stage: Stage): Promise<Delivery> => {
      for (;;) {
        const delivery = await world.receive(stage);
        if (delivery) return delivery;
        await wait(50);
      }
    };

    it('bring a message to the stage that it is for, once', async () => {
      for (const stage of STAGES) await world.queues.send(message(stage));
      for (const stage of STAGES) {
        const delivery = await received(stage);
        expect(JSON.parse(delivery.body)).toEqual(message(stage));
        expect(delivery.receiveCount).toBe(1);
        expect(Math.abs(Date.now() - delivery.sentAt)).toBeLessThan(60_000);
        expect(await world.receive(stage)).toBeUndefined();
      }
    });

    it('bring a message that was given back again when its time has come, under the same id', async () => {
      await world.queues.send(message('extract'));
      const first = await received('extract');
      await world.queues.changeVisibility('extract', first, 1);
      expect(await world.receive('extract')).toBeUndefined();
      const second = await received('extract');
      expect(second).toMatchObject({ messageId: first.messageId, body: first.body, receiveCount: 2 });
    });
  });
}
