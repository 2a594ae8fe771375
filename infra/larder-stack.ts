import { CfnOutput, Duration, Stack, TimeZone, type StackProps } from 'aws-cdk-lib/core';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { LarderConfig } from './config';
import { LarderFunction } from './larder-function';
import { STAGE_TIMING } from './stage-timing';
import { Storage } from './storage';
import { WeekStage } from './week-stage';
import { Workflow } from './workflow';

interface FunctionSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly memoryMb?: number;
}

/** Everything that Larder is on AWS. */
export class LarderStack extends Stack {
  private readonly storage: Storage;

  constructor(
    scope: Construct,
    id: string,
    private readonly config: LarderConfig,
    props?: StackProps,
  ) {
    super(scope, id, props);
    this.storage = new Storage(this, 'Storage', config);
    const extract = new WeekStage(this, 'Extract', { stage: 'extract', stateName: 'ExtractData' });
    const simulate = new WeekStage(this, 'Simulate', { stage: 'simulate', stateName: 'SimulateOrders' });
    const forecast = new WeekStage(this, 'Forecast', { stage: 'forecast', stateName: 'ForecastSites' });
    const workflow = new Workflow(this, 'Workflow', {
      configurator: this.configurator(),
      publisher: this.publisher(),
      failureRecorder: this.failureRecorder(),
      stages: [extract, simulate, forecast],
    });
    this.workers(workflow, { extract, simulate, forecast });
    this.schedule(workflow);
    this.outputs(workflow, { extract, simulate, forecast });
  }

  private function(id: string, folder: string, settings: FunctionSettings): LarderFunction {
    const {
      environment,
      timeout = Duration.seconds(STAGE_TIMING.functionTimeoutSeconds),
      memoryMb = 1769,
    } = settings;
    const lambda = new LarderFunction(this, id, {
      folder,
      timeout,
      // 1,769 MB is one whole vCPU.
      memoryMb,
      environment: { TABLE_NAME: this.storage.table.tableName, ...environment },
      logRetention: this.config.keepLogsForAYear ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH,
    });
    this.storage.table.grantReadWriteData(lambda);
    return lambda;
  }

  private configurator(): LarderFunction {
    const { bucket } = this.storage;
    const lambda = this.function('Configurator', 'configurator', {
      environment: { BUCKET_NAME: bucket.bucketName },
    });
    bucket.grantRead(lambda, 'inputs/*');
    return lambda;
  }

  private publisher(): LarderFunction {
    const { bucket } = this.storage;
    const bus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    const lambda = this.function('Publisher', 'publisher', {
      environment: {
        BUCKET_NAME: bucket.bucketName,
        MAIL_FROM: this.config.mailFrom,
        MAIL_TO: this.config.mailTo.join(','),
        EVENT_BUS_NAME: bus.eventBusName,
      },
      timeout: Duration.minutes(15),
      memoryMb: 3008,
    });
    bucket.grantRead(lambda, 'artifacts/*');
    bucket.grantPut(lambda, 'published/*');
    bus.grantPutEventsTo(lambda);
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendRawEmail'],
        // In the sandbox, SES asks for the right to every recipient's identity too.
        resources: [this.formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
        conditions: { StringEquals: { 'ses:FromAddress': this.config.mailFrom } },
      }),
    );
    return lambda;
  }

  private failureRecorder(): LarderFunction {
    return this.function('FailureRecorder', 'failure-recorder', {
      environment: {},
      timeout: Duration.seconds(30),
      memoryMb: 512,
    });
  }

  private workers(
    workflow: Workflow,
    stages: Readonly<Record<'extract' | 'simulate' | 'forecast', WeekStage>>,
  ): void {
    const { bucket } = this.storage;
    const { stateMachine } = workflow;
    const environment = {
      BUCKET_NAME: bucket.bucketName,
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      EXTRACT_QUEUE_URL: stages.extract.queue.queueUrl,
      SIMULATE_QUEUE_URL: stages.simulate.queue.queueUrl,
      FORECAST_QUEUE_URL: stages.forecast.queue.queueUrl,
    };
    const worker = (id: string, folder: string, memoryMb: number) => {
      const lambda = this.function(id, folder, { environment, memoryMb });
      bucket.grantRead(lambda, 'artifacts/*');
      bucket.grantPut(lambda, 'artifacts/*');
      bucket.grantPut(lambda, 'dead-letters/*');
      stateMachine.grantTaskResponse(lambda);
      stateMachine.grantStartExecution(lambda);
      // A detached message is passed on to the next stage; one that is busy is made visible again.
      for (const { queue } of Object.values(stages)) queue.grantSendMessages(lambda);
      return lambda;
    };
    const deadLetter = worker('DeadLetter', 'dead-letter', 512);
    const extractor = worker('DataExtractor', 'data-extractor', 3008);
    bucket.grantRead(extractor, 'inputs/*');
    const connect = (stage: WeekStage, lambda: LarderFunction) =>
      stage.connect(lambda, deadLetter, this.config.stageConcurrency);
    connect(stages.extract, extractor);
    connect(stages.simulate, worker('OrderSimulator', 'order-simulator', 3008));
    connect(stages.forecast, worker('SiteForecast', 'site-forecast', 3008));
  }

  private schedule(workflow: Workflow): void {
    for (const hour of this.config.scheduleHoursUtc) {
      new Schedule(this, `DailyAt${hour}`, {
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

  private outputs(
    workflow: Workflow,
    stages: Readonly<Record<'extract' | 'simulate' | 'forecast', WeekStage>>,
  ): void {
    const values = {
      StateMachineArn: workflow.stateMachine.stateMachineArn,
      TableName: this.storage.table.tableName,
      BucketName: this.storage.bucket.bucketName,
      ExtractQueueUrl: stages.extract.queue.queueUrl,
      SimulateQueueUrl: stages.simulate.queue.queueUrl,
      ForecastQueueUrl: stages.forecast.queue.queueUrl,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
