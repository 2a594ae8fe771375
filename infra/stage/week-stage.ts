import { Duration, Validations } from 'aws-cdk-lib/core';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { IntegrationPattern, JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { MESSAGE_FORMAT } from '../../shared/pipeline/formats.ts';
import { nextStage, STAGE_CATALOGUE, type Stage } from '../../shared/pipeline/stages.ts';
import type { StageTiming } from './stage-timing.ts';

/** Dead letters of a stage that are answered at once. */
export const DEAD_LETTER_CONCURRENCY = 2;

/** SQS's own failures to take a message; the work's failures are never tried again from here. */
const SEND_ERRORS = ['SQS.SdkClientException', 'SQS.AmazonSQSException', 'SQS.SqsException'];

/**
 * A stage of a week: a queue with its dead-letter queue, and the state that puts a message on it and waits for
 * the answer. {@link connect} adds the worker and the dead-letter consumer.
 */
export class WeekStage extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly state: SqsSendMessage;

  constructor(scope: Construct, stage: Stage, timing: StageTiming) {
    super(scope, stage.charAt(0).toUpperCase() + stage.slice(1));
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      visibilityTimeout: Duration.seconds(timing.deadLetterVisibilitySeconds),
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is the dead-letter queue; its consumer answers each message, and an alarm rings where it does not.',
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(timing.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: timing.maxReceiveCount },
    });
    this.state = this.callbackState(stage, timing);
  }

  private callbackState(stage: Stage, timing: StageTiming): SqsSendMessage {
    const state = new SqsSendMessage(this, 'State', {
      stateName: STAGE_CATALOGUE[stage].stateName,
      queue: this.queue,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      messageBody: TaskInput.fromObject({
        v: MESSAGE_FORMAT,
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$.week'),
        stage,
        // The least it can be: the worker raises it to the attempt that the stage before has committed.
        attempt: 1,
        taskToken: JsonPath.taskToken,
      }),
      // Fair queues: a run with many messages waits for its own, and lets the others' pass.
      messageGroupId: JsonPath.stringAt('$.runId'),
      taskTimeout: Timeout.duration(Duration.seconds(timing.timeoutSeconds)),
      heartbeatTimeout: Timeout.duration(Duration.seconds(timing.heartbeatSeconds)),
      // Whoever answered, and with what: the table says what was committed.
      resultPath: JsonPath.DISCARD,
      ...(nextStage(stage) ? {} : { outputPath: JsonPath.DISCARD }),
    });
    state.addRetry({ errors: SEND_ERRORS, interval: Duration.seconds(2), maxAttempts: 4, backoffRate: 2 });
    // A message that was lost on its way: the second one finds the stored result, if there is one.
    state.addRetry({ errors: ['States.HeartbeatTimeout'], interval: Duration.seconds(1), maxAttempts: 1 });
    return state;
  }

  /** @param concurrency messages handled at once, 2 to 1,000 */
  connect(worker: IFunction, deadLetterConsumer: IFunction, concurrency: number): void {
    const source = (queue: Queue, maxConcurrency: number) =>
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency });
    worker.addEventSource(source(this.queue, concurrency));
    deadLetterConsumer.addEventSource(source(this.deadLetters, DEAD_LETTER_CONCURRENCY));
  }
}
