/** What every service of callback tasks and executions does, with the errors that a token may give. */
import { setTimeout as wait } from 'node:timers/promises';
import { DeadTokenError } from '../../../../shared/pipeline/errors.ts';
import type { Callbacks, Executions } from '../../../../shared/pipeline/ports.ts';

export const HEARTBEAT_SECONDS = 2;

/** One task that sends its token to a queue, and waits for the answer and for a heartbeat. */
export function callbackDefinition(queueUrl: string): object {
  const Parameters = { QueueUrl: queueUrl, MessageBody: { 'taskToken.$': '$$.Task.Token' } };
  const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  const Wait = { Type: 'Task', Resource, Parameters, TimeoutSeconds: 10, HeartbeatSeconds: HEARTBEAT_SECONDS };
  return { StartAt: 'Wait', States: { Wait: { ...Wait, End: true } } };
}

export interface Tasks {
  readonly callbacks: Callbacks;
  readonly executions: Executions;
  /** Whether a stopped execution takes its tasks' tokens with it, as on AWS. */
  readonly stopEndsTokens: boolean;
  /** The token of the next task that waits. */
  readonly nextToken: () => Promise<string>;
}

export function tasksContract(name: string, open: () => Promise<Tasks>): void {
  describe(`callback tasks ${name}`, () => {
    let tasks: Tasks;
    let begun = 0;
    beforeAll(async () => {
      tasks = await open();
    });

    const begin = async () => {
      const execution = `contract-${++begun}`;
      await tasks.executions.start(execution, { n: begun });
      return { execution, token: await tasks.nextToken() };
    };
    const ended = async (execution: string) => {
      for (;;) {
        const status = await tasks.executions.status(execution);
        if (status !== 'RUNNING') return status;
        await wait(50);
      }
    };
    const expectDead = async (token: string) => {
      await expect(tasks.callbacks.heartbeat(token)).rejects.toThrow(DeadTokenError);
      await expect(tasks.callbacks.succeed(token, {})).rejects.toThrow(DeadTokenError);
      await expect(tasks.callbacks.fail(token, 'Error', 'why')).rejects.toThrow(DeadTokenError);
    };

    it('go on when they are told of a success, and their token is dead from then on', async () => {
      const { execution, token } = await begin();
      await tasks.callbacks.heartbeat(token);
      await tasks.callbacks.succeed(token, { done: true });
      expect(await ended(execution)).toBe('SUCCEEDED');
      await expectDead(token);
    });

    it('fail when they are told of a failure, and their token is dead from then on', async () => {
      const { execution, token } = await begin();
      await tasks.callbacks.fail(token, 'InputRefused', 'menu.csv:3 …'.repeat(300));
      expect(await ended(execution)).toBe('FAILED');
      await expectDead(token);
    });

    it('live as long as heartbeats come, and their token is dead when they have stopped', async () => {
      const { execution, token } = await begin();
      for (let count = 0; count < 3; count++) {
        await wait(HEARTBEAT_SECONDS * 500);
        await tasks.callbacks.heartbeat(token);
      }
      expect(await tasks.executions.status(execution)).toBe('RUNNING');
      await wait(HEARTBEAT_SECONDS * 1000);
      expect(['FAILED', 'TIMED_OUT']).toContain(await ended(execution));
      await expectDead(token);
    });

    it('that nobody knows have dead tokens', async () => {
      await expectDead('AAAAKgAAAAIAAAAAAAAAAW5vYm9keQ');
    });

    it('end with their execution, which stays as it is when it is stopped again', async () => {
      const { execution, token } = await begin();
      await tasks.executions.stop(execution, 'cancelled by the test');
      expect(await ended(execution)).toBe('ABORTED');
      await tasks.executions.stop(execution, 'again');
      expect(await tasks.executions.status(execution)).toBe('ABORTED');
      if (tasks.stopEndsTokens) await expectDead(token);
    });

    it('are begun once by two starts of the same name and input; a name that nobody started is unknown', async () => {
      const { execution, token } = await begin();
      await tasks.executions.start(execution, { n: begun });
      await tasks.callbacks.succeed(token, {});
      expect(await ended(execution)).toBe('SUCCEEDED');
      // When it has ended, too: who asks for a correction may not know that it was made.
      await tasks.executions.start(execution, { n: begun });
      expect(await ended(execution)).toBe('SUCCEEDED');
      expect(await tasks.executions.status('nobody')).toBe('UNKNOWN');
    });
  });
}
