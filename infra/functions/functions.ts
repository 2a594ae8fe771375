import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { LarderConfig } from '../config.ts';
import { LarderFunction } from './larder-function.ts';
import type { MailReports } from '../mail.ts';
import type { Storage } from '../storage.ts';

export interface FunctionsProps {
  readonly config: LarderConfig;
  readonly storage: Storage;
  readonly bus: IEventBus;
  readonly mailReports: MailReports;
  /** What a run is recorded as made by. */
  readonly codeVersion: string;
}

interface FunctionSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly concurrency?: number;
}

/**
 * Memory buys processor time: 1,769 MB is one whole vCPU, and the domain's code uses one. A week of 200,000
 * boxes, 150 recipes and 200 scenarios peaks at 200 MB (`larder bench week`), so more would only cost.
 */
export const ONE_CPU_MB = 1769;
export const SMALL_MB = 512;
/** The Publisher holds every week of the run at once. */
const PUBLISHER_MB = 2 * ONE_CPU_MB;
/** Failures that are recorded at once. */
const RECORDER_CONCURRENCY = 10;

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
      environment: { CODE_VERSION: props.codeVersion },
      timeout: Duration.seconds(30),
      memoryMb: SMALL_MB,
      // Its own: when weeks fail because the account has no executions left, somebody must still write that down.
      concurrency: RECORDER_CONCURRENCY,
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
    const { config, storage, codeVersion } = this.props;
    const lambda = this.make('Configurator', 'configurator', {
      environment: {
        BUCKET_NAME: storage.bucket.bucketName,
        CODE_VERSION: codeVersion,
        MAP_MODE: config.mapMode,
        MAX_CONCURRENCY: String(config.maxConcurrency),
        PUBLISHER_MEMORY_MB: String(PUBLISHER_MB),
      },
      timeout: Duration.seconds(120),
      memoryMb: ONE_CPU_MB,
    });
    storage.allowRead(lambda, 'inputs');
    return lambda;
  }

  private makePublisher(): LarderFunction {
    const { config, storage, bus, mailReports } = this.props;
    const lambda = this.make('Publisher', 'publisher', {
      environment: {
        BUCKET_NAME: storage.bucket.bucketName,
        MAIL_FROM: config.mailFrom,
        MAIL_TO: config.mailTo.join(','),
        ...(config.mailReplyTo === undefined ? {} : { MAIL_REPLY_TO: config.mailReplyTo }),
        MAIL_CONFIGURATION_SET: mailReports.configurationSet,
        EVENT_BUS_NAME: bus.eventBusName,
        LARDER_ALERT_THRESHOLDS: JSON.stringify(config.alertThresholds),
      },
      timeout: Duration.minutes(15),
      memoryMb: PUBLISHER_MB,
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
        resources: [
          this.stack.formatArn({ service: 'ses', resource: 'identity', resourceName: '*' }),
          mailReports.configurationSetArn,
        ],
        conditions: { StringEquals: { 'ses:FromAddress': config.mailFrom } },
      }),
    );
    lambda.acknowledge(
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
      "In the sandbox SES asks for the right to every recipient's identity too; the condition names the one sender.",
    );
    return lambda;
  }
}
