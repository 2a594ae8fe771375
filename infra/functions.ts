import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Stage } from '../shared/pipeline/stages.ts';
import type { LarderConfig } from './config.ts';
import { LarderFunction } from './larder-function.ts';
import type { StageTiming } from './stage-timing.ts';
import type { Storage } from './storage.ts';
import { DEAD_LETTER_CONCURRENCY, type WeekStage } from './week-stage.ts';

export interface FunctionsProps {
  readonly config: LarderConfig;
  readonly timing: StageTiming;
  readonly storage: Storage;
  readonly stages: Readonly<Record<Stage, WeekStage>>;
  readonly bus: IEventBus;
}

interface FunctionSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly concurrency?: number;
}

/** The workers and the dead-letter consumer, which the state machine does not call. */
export interface Workers {
  readonly extract: LarderFunction;
  readonly simulate: LarderFunction;
  readonly forecast: LarderFunction;
  readonly deadLetter: LarderFunction;
}

/**
 * Memory buys processor time: 1,769 MB is one whole vCPU, and the domain's code uses one. A week of 200,000
 * boxes, 150 recipes and 200 scenarios peaks at 200 MB (`larder bench week`), so more would only cost.
 */
const ONE_CPU_MB = 1769;
const SMALL_MB = 512;

/**
 * The functions and what each of them may do: no more than its handler asks for. Anyone of them answers or
 * starts only this stack's state machine.
 */
export class Functions {
  readonly configurator: LarderFunction;
  readonly publisher: LarderFunction;
  readonly failureRecorder: LarderFunction;
  readonly logRetention: RetentionDays;

  constructor(
    private readonly stack: Stack,
    private readonly props: FunctionsProps,
  ) {
    const { keepLogsForAYear } = props.config;
    this.logRetention = keepLogsForAYear ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH;
    this.configurator = this.makeConfigurator();
    this.publisher = this.makePublisher();
    this.failureRecorder = this.make('FailureRecorder', 'failure-recorder', {
      timeout: Duration.seconds(30),
      memoryMb: SMALL_MB,
    });
  }

  /** A function that reads and writes items of the status table. */
  make(id: string, folder: string, settings: FunctionSettings): LarderFunction {
    const { config, storage } = this.props;
    const lambda = new LarderFunction(this.stack, id, {
      folder,
      timeout: settings.timeout,
      memoryMb: settings.memoryMb,
      environment: { TABLE_NAME: storage.table.tableName, ...settings.environment },
      logRetention: this.logRetention,
      reservedConcurrency: config.reserveConcurrency ? settings.concurrency : undefined,
    });
    storage.allowItems(lambda);
    return lambda;
  }

  /** What the Sweeper is told of the schedule. */
  get expected(): Readonly<Record<string, string>> {
    const { scheduleEnabled, scheduleHoursUtc, publishWithinMinutes } = this.props.config;
    return {
      SCHEDULE_HOURS_UTC: scheduleEnabled ? scheduleHoursUtc.join(',') : 'off',
      PUBLISH_WITHIN_MINUTES: String(publishWithinMinutes),
    };
  }

  allowRuns(lambda: LarderFunction): void {
    this.props.storage.allowQuery(lambda);
    this.props.storage.allowRuns(lambda);
  }

  private makeConfigurator(): LarderFunction {
    const { storage } = this.props;
    const lambda = this.make('Configurator', 'configurator', {
      environment: { BUCKET_NAME: storage.bucket.bucketName },
      timeout: Duration.seconds(120),
      memoryMb: ONE_CPU_MB,
    });
    storage.allowRead(lambda, 'inputs');
    return lambda;
  }

  private makePublisher(): LarderFunction {
    const { config, storage, bus } = this.props;
    const lambda = this.make('Publisher', 'publisher', {
      environment: {
        BUCKET_NAME: storage.bucket.bucketName,
        MAIL_FROM: config.mailFrom,
        MAIL_TO: config.mailTo.join(','),
        ...(config.mailReplyTo === undefined ? {} : { MAIL_REPLY_TO: config.mailReplyTo }),
        EVENT_BUS_NAME: bus.eventBusName,
        LARDER_ALERT_THRESHOLDS: JSON.stringify(config.alertThresholds),
      },
      timeout: Duration.minutes(15),
      // It holds every week of the run at once.
      memoryMb: 2 * ONE_CPU_MB,
    });
    storage.allowQuery(lambda);
    storage.allowRead(lambda, 'artifacts');
    storage.allowRead(lambda, 'published');
    // What a revision is compared with, kept as it was.
    storage.allowWrite(lambda, 'artifacts');
    storage.allowWrite(lambda, 'published');
    lambda.allow(['events:PutEvents'], bus.eventBusArn);
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendRawEmail'],
        resources: [this.stack.formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
        conditions: { StringEquals: { 'ses:FromAddress': config.mailFrom } },
      }),
    );
    lambda.acknowledge(
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
      "In the sandbox SES asks for the right to every recipient's identity too; the condition names the one sender.",
    );
    return lambda;
  }

  /** Makes the workers and feeds them from their queues. */
  connect(stateMachine: StateMachine): Workers {
    const { config, timing, storage, stages } = this.props;
    const environment = {
      BUCKET_NAME: storage.bucket.bucketName,
      STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      EXTRACT_QUEUE_URL: stages.extract.queue.queueUrl,
      SIMULATE_QUEUE_URL: stages.simulate.queue.queueUrl,
      FORECAST_QUEUE_URL: stages.forecast.queue.queueUrl,
    };
    const answerer = (id: string, folder: string, memoryMb: number, concurrency: number) => {
      const timeout = Duration.seconds(timing.functionTimeoutSeconds);
      const lambda = this.make(id, folder, { environment, timeout, memoryMb, concurrency });
      storage.allowWrite(lambda, 'dead-letters');
      lambda.allow(['states:SendTaskSuccess', 'states:SendTaskFailure'], ...this.tasks(stateMachine, lambda));
      // A replay whose token is dead asks the Publisher for the next revision by itself.
      lambda.allow(['states:StartExecution'], stateMachine.stateMachineArn);
      return lambda;
    };
    const worker = (id: string, folder: string) => {
      const lambda = answerer(id, folder, ONE_CPU_MB, config.stageConcurrency);
      lambda.allow(['states:SendTaskHeartbeat'], ...this.tasks(stateMachine, lambda));
      storage.allowRead(lambda, 'artifacts');
      storage.allowWrite(lambda, 'artifacts');
      return lambda;
    };
    const workers: Workers = {
      extract: worker('DataExtractor', 'data-extractor'),
      simulate: worker('OrderSimulator', 'order-simulator'),
      forecast: worker('SiteForecast', 'site-forecast'),
      deadLetter: answerer('DeadLetter', 'dead-letter', SMALL_MB, 3 * DEAD_LETTER_CONCURRENCY),
    };
    storage.allowRead(workers.extract, 'inputs');
    // A replay of the forecast alone reads the caps again.
    storage.allowRead(workers.forecast, 'inputs');
    // A detached message is passed on to the stage after its own.
    const passesOn = (lambda: LarderFunction, to: WeekStage) =>
      lambda.allow(['sqs:SendMessage'], to.queue.queueArn);
    passesOn(workers.extract, stages.simulate);
    passesOn(workers.simulate, stages.forecast);
    passesOn(workers.deadLetter, stages.simulate);
    passesOn(workers.deadLetter, stages.forecast);
    for (const stage of ['extract', 'simulate', 'forecast'] as const)
      stages[stage].connect(workers[stage], workers.deadLetter, config.stageConcurrency);
    return workers;
  }

  /** Whose tasks may be answered: the state machine's, and those of the children of its Distributed Map. */
  private tasks(stateMachine: StateMachine, lambda: LarderFunction): string[] {
    const { stateMachineArn: arn } = stateMachine;
    if (this.props.config.mapMode === 'inline') return [arn];
    const { 'Fn::GetAtt': _, ...reference } = Stack.of(lambda).resolve(arn) as Record<string, string>;
    Validations.of(lambda).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${reference.Ref}>/*]`,
      reason: 'The children of a Distributed Map run under names that Step Functions makes.',
    });
    return [arn, `${arn}/*`];
  }
}
