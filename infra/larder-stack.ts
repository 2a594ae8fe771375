import { Annotations, CfnOutput, Stack, Tags, TimeZone } from 'aws-cdk-lib/core';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { byStage, STAGE_CATALOGUE, STAGES } from '../shared/pipeline/stages.ts';
import { stillExamples, type LarderConfig } from './config.ts';
import { Functions } from './functions/functions.ts';
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
    const functions = new Functions(this, { config, storage, bus, codeVersion });
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
    this.schedule(workflow);
    new Monitoring(this, 'Monitoring', { config, timing, stages, workflow, functions, workers, sweeper });
    for (const [id, warning] of Object.entries(stillExamples(config)))
      Annotations.of(this).addWarningV2(`larder:${id}`, warning);
    this.outputs({
      StateMachineArn: stateMachine.stateMachineArn,
      TableName: storage.table.tableName,
      BucketName: storage.bucket.bucketName,
      ...Object.fromEntries(STAGES.map((stage) => [STAGE_CATALOGUE[stage].queueOutput, stages[stage].queue.queueUrl])),
    });
  }

  private schedule(workflow: Workflow): void {
    for (const hour of this.config.scheduleHoursUtc) {
      new Schedule(this, `DailyAt${hour}`, {
        description: `Larder: the forecast of ${hour}:00 UTC`,
        enabled: this.config.scheduleEnabled,
        schedule: ScheduleExpression.cron({ hour: String(hour), minute: '0', timeZone: TimeZone.ETC_UTC }),
        target: new StepFunctionsStartExecution(workflow.stateMachine, {
          input: ScheduleTargetInput.fromObject({
            startWeek: 'upcoming',
            weeks: this.config.scheduledWeeks,
            startedBy: `the schedule of ${hour}:00 UTC`,
          }),
        }),
      });
    }
  }

  /** By these the command line finds the deployed stack. */
  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
