import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Delivery, StageMessage } from '../pipeline/messages.ts';
import type { Stage } from '../pipeline/stages.ts';
import type { StageQueues } from '../pipeline/ports.ts';

/** The stages' queues on SQS. */
export class SqsQueues implements StageQueues {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrls: Readonly<Record<Stage, string>>,
  ) {}

  async send(message: StageMessage): Promise<void> {
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrls[message.stage],
        MessageBody: JSON.stringify(message),
        // Fair queues: the same group as the state machine's own messages of the run (infra/stage/week-stage.ts).
        MessageGroupId: message.runId,
      }),
    );
  }

  async changeVisibility(stage: Stage, delivery: Delivery, seconds: number): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.queueUrls[stage],
        ReceiptHandle: delivery.receipt,
        VisibilityTimeout: seconds,
      }),
    );
  }
}
