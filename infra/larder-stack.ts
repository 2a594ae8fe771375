import { Annotations, CfnOutput, Duration, Stack, Tags, TimeZone, Validations } from 'aws-cdk-lib/core';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { byStage, STAGE_CATALOGUE, STAGES } from '../shared/pipeline/stages.ts';
import { stillExamples, type LarderConfig } from './config.ts';
import { Functions } from './functions/functions.ts';
import { MailReports } from './mail.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { stageTiming } from './stage/stage-timing.ts';
import { Storage } from './storage.ts';
import { Sweeper } from './functions/sweeper.ts';
import { WeekStage } from './stage/week-stage.ts';
import { Workers } from './stage/workers.ts';
import { Workflow } from './workflow.ts';

/** Everything that Larder is on AWS. */
export class LarderStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: LarderConfig,
    /** What runs are recorded as made by. */
    codeVersion: string,
  ) {
    super(scope, id);
    // CDK has a function wait for its role in so many words, besides naming it.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
    const timing = stageTiming(config.timing);
    const storage = new Storage(this, 'Storage', config);
    const stages = byStage((stage) => new WeekStage(this, stage, timing));
    const bus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    const mailReports = new MailReports(this, 'MailReports', bus);
    const functions = new Functions(this, { config, storage, bus, mailReports, codeVersion });
    const workflow = new Workflow(this, 'Workflow', {
      configurator: functions.configurator,
      publisher: functions.publisher,
      failureRecorder: functions.failureRecorder,
      mapMode: config.mapMode,
      bucket: storage.bucket,
      logRetention: functions.logRetention,
      stages: Object.values(stages),
    });
    const { stateMachine } = workflow;
    const workers = new Workers({ config, timing, storage, stages, functions, stateMachine });
    const sweeper = new Sweeper(this, functions, stateMachine);
    const undelivered = this.undelivered();
    mailReports.sendTo(functions.failureRecorder, undelivered);
    this.schedule(workflow, undelivered);
    new Monitoring(this, 'Monitoring', { config, timing, stages, workflow, functions, workers, sweeper, undelivered });
    for (const [id, warning] of Object.entries(stillExamples(config)))
      Annotations.of(this).addWarningV2(`larder:${id}`, warning);
    this.outputs({
      StateMachineArn: stateMachine.stateMachineArn,
      TableName: storage.table.tableName,
      BucketName: storage.bucket.bucketName,
      ...Object.fromEntries(STAGES.map((stage) => [STAGE_CATALOGUE[stage].queueOutput, stages[stage].queue.queueUrl])),
    });
  }

  /** What EventBridge could not deliver: starts of runs, and reports on mails. People look at it. */
  private undelivered(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const id of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'])
      Validations.of(queue).acknowledge({
        id,
        reason:
          'It is itself the dead-letter queue, of schedules and of events; an alarm rings while anything is in it.',
      });
    return queue;
  }

  private schedule(workflow: Workflow, undelivered: Queue): void {
    for (const hour of this.config.scheduleHoursUtc) {
      new Schedule(this, `DailyAt${hour}`, {
        description: `Larder: the forecast of ${hour}:00 UTC`,
        enabled: this.config.scheduleEnabled,
        schedule: ScheduleExpression.cron({ hour: String(hour), minute: '0', timeZone: TimeZone.ETC_UTC }),
        target: new StepFunctionsStartExecution(workflow.stateMachine, {
          input: ScheduleTargetInput.fromObject({
            startWeek: 'upcoming',
            weeks: this.config.scheduledWeeks,
            maxConcurrency: this.config.maxConcurrency,
            startedBy: `the schedule of ${hour}:00 UTC`,
            // The scheduler delivers at least once: the Configurator tells a second start by its time.
            scheduledTime: ContextAttribute.scheduledTime,
          }),
          // A forecast of the morning is not wanted at night.
          maxEventAge: Duration.hours(1),
          deadLetterQueue: undelivered,
        }),
      });
    }
  }

  /** By these the command line finds the deployed stack. */
  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
