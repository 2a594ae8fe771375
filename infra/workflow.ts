import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import {
  type CfnStateMachine,
  Chain,
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Fail,
  JitterType,
  JsonPath,
  LogLevel,
  Map as MapState,
  Pass,
  ResultWriterV2,
  type RetryProps,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { PERMANENT_ERRORS } from '../shared/pipeline/errors.ts';
import type { LarderConfig } from './config.ts';
import type { LarderFunction } from './functions/larder-function.ts';
import type { WeekStage } from './stage/week-stage.ts';

export interface WorkflowProps {
  readonly configurator: LarderFunction;
  readonly publisher: LarderFunction;
  readonly failureRecorder: LarderFunction;
  readonly mapMode: LarderConfig['mapMode'];
  /** Takes the results of a Distributed Map. */
  readonly bucket: Bucket;
  readonly logRetention: RetentionDays;
  /** In the order in which a week goes through them. */
  readonly stages: readonly WeekStage[];
}

/** What no retry can mend. All else may go well the next time. */
const PERMANENT = PERMANENT_ERRORS.map(({ name }) => name);

/**
 * Lambda's own passing faults, and its refusal of one call too many: a new account has ten executions at once.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const LAMBDA_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];
type LambdaRetries = Required<Pick<RetryProps, 'interval' | 'maxAttempts' | 'backoffRate' | 'maxDelay'>>;
/** Up to eight minutes, four on average: until others of the account's executions have ended. */
const RUN_RETRIES: LambdaRetries = {
  interval: Duration.seconds(2),
  maxAttempts: 12,
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
};
/** Up to four minutes, two on average, and few: a week's history has room for no more (run-limits.ts). */
const WEEK_RETRIES: LambdaRetries = {
  interval: Duration.seconds(20),
  maxAttempts: 3,
  backoffRate: 3,
  maxDelay: Duration.seconds(180),
};
const ANSWER_MARGIN = Duration.minutes(1);

/**
 * The run:
 *
 *     Request ─► Configure ─► Started ─► Weeks (Map: each week through its stages) ─► Publish ─► Outcome
 *        │           │           └ another execution of the same scheduled hour was first: StartedBefore
 *        │           └ failed: RecordRunFailure, RunFailed
 *        └ a correction ────────────────────────────────────────────────────────────────┘
 *
 * No helper ends the run. A week that fails is caught inside its iteration, and so is the failure to record it:
 * its siblings go on, and the Publisher says what it knows of it. What is committed is published whatever becomes
 * of the Map.
 */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowProps,
  ) {
    super(scope, id);
    const failed = this.runFailed();
    const publish = this.publish(failed);
    const configure = this.configure(failed);
    configure.next(this.started(this.weeks(publish)));
    const request = new Choice(this, 'Request', { stateName: 'Request' })
      .when(Condition.isPresent('$.correction'), publish)
      .otherwise(configure);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(request),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Under this name, the permission to write there does not grow with every state machine of the account.
          logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // The data of a callback task holds its token.
        includeExecutionData: false,
      },
    });
    this.acknowledge();
  }

  /** Findings of cdk-nag that stand, each with its reason. */
  private acknowledge(): void {
    const { configurator, publisher, failureRecorder } = this.props;
    const validations = Validations.of(this.stateMachine);
    validations.acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The delivery of logs and X-Ray know no resources.',
    });
    if (this.props.mapMode === 'distributed') this.acknowledgeChildren();
    for (const lambda of [configurator, publisher, failureRecorder])
      validations.acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(lambda.node.defaultChild as CfnFunction)}.Arn>:*]`,
        reason: "CDK allows a function's versions together with it; it has none but the newest.",
      });
  }

  private acknowledgeChildren(): void {
    const id = Stack.of(this).getLogicalId(this.stateMachine.node.defaultChild as CfnStateMachine);
    const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${id}"}]}]}`;
    const bucket = Stack.of(this).getLogicalId(this.props.bucket.node.defaultChild as CfnBucket);
    Validations.of(this.stateMachine).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::<${bucket}>/*]`,
      reason: 'CDK allows a result writer the whole bucket; the definition has it write under map-runs/ only.',
    });
    for (const children of [`${name}:*`, `${name}/*:*`])
      Validations.of(this.stateMachine).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${children}]`,
        reason: 'The children of a Distributed Map run under names that Step Functions makes.',
      });
  }

  /** The end of a run that published nothing. A redrive would only end here again: runbook.md, "Run failed". */
  private runFailed(): Fail {
    return new Fail(this, 'RunFailed', {
      stateName: 'RunFailed',
      error: 'RunFailed',
      cause: 'No week could be published; the status table says why.',
    });
  }

  private configure(failed: Fail): LambdaInvoke {
    const configure = this.invoke('Configure', this.props.configurator, {
      payload: {
        runId: JsonPath.stringAt('$$.Execution.Name'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
        settings: JsonPath.objectAt('$'),
      },
      outputPath: '$.Payload',
    });
    const record = this.invoke('RecordRunFailure', this.props.failureRecorder, {
      payload: {
        runId: JsonPath.stringAt('$$.Execution.Name'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
        asked: JsonPath.objectAt('$$.Execution.Input'),
        failure: JsonPath.objectAt('$'),
      },
      resultPath: JsonPath.DISCARD,
    });
    // In the place of the input, which may be anything that somebody starts an execution with.
    configure.addCatch(record, { resultPath: '$' });
    record.addCatch(failed, { resultPath: JsonPath.DISCARD });
    record.next(failed);
    return configure;
  }

  /** EventBridge Scheduler delivers at least once: the second execution of one scheduled hour has nothing to do. */
  private started(weeks: MapState | DistributedMap): Choice {
    return new Choice(this, 'Started', { stateName: 'Started' })
      .when(Condition.isPresent('$.startedBefore'), new Succeed(this, 'StartedBefore', { stateName: 'StartedBefore' }))
      .otherwise(weeks);
  }

  private weeks(publish: LambdaInvoke): MapState | DistributedMap {
    const map = {
      stateName: 'Weeks',
      itemsPath: '$.weeks',
      maxConcurrencyPath: '$.maxConcurrency',
      itemSelector: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$$.Map.Item.Value'),
      },
      resultPath: JsonPath.DISCARD,
    };
    const weeks =
      this.props.mapMode === 'inline'
        ? new MapState(this, 'Weeks', map).itemProcessor(this.week())
        : new DistributedMap(this, 'Weeks', {
            ...map,
            // Callbacks need it: an Express workflow waits for nobody.
            mapExecutionType: StateMachineType.STANDARD,
            // A week's failure is recorded inside its iteration; the Publisher says what is missing.
            toleratedFailurePercentage: 100,
            // The results of thousands of weeks are more than a state may hand on.
            resultWriterV2: new ResultWriterV2({
              bucket: Bucket.fromBucketName(this, 'Results', this.props.bucket.bucketName),
              prefix: 'map-runs',
            }),
          }).itemProcessor(this.week());
    // Of a Map, States.ALL does not stand for a result that is too large.
    for (const errors of [['States.DataLimitExceeded'], ['States.ALL']])
      weeks.addCatch(publish, { errors, resultPath: '$.mapFailure' });
    weeks.next(publish);
    return weeks;
  }

  /** One iteration. It hands on an empty object: all iterations' results together are one state's result. */
  private week(): Chain {
    const notRecorded = new Pass(this, 'WeekNotRecorded', {
      stateName: 'WeekNotRecorded',
      outputPath: JsonPath.DISCARD,
    });
    const record = this.invoke('RecordWeekFailure', this.props.failureRecorder, {
      lambdaRetries: WEEK_RETRIES,
      payload: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$.week'),
        failure: JsonPath.objectAt('$.failure'),
      },
      resultPath: JsonPath.DISCARD,
      outputPath: JsonPath.DISCARD,
    }).addCatch(notRecorded, { resultPath: JsonPath.DISCARD });
    const [first, ...others] = this.props.stages.map(({ state }) =>
      state.addCatch(record, { resultPath: '$.failure' }),
    );
    return others.reduce((chain, state) => chain.next(state), Chain.start(first));
  }

  private publish(failed: Fail): LambdaInvoke {
    const outcome = new Choice(this, 'Outcome', { stateName: 'Outcome' })
      .when(Condition.stringEquals('$.status', 'FAILED'), failed)
      .otherwise(new Succeed(this, 'RunPublished', { stateName: 'RunPublished' }));
    const publish = this.invoke('Publish', this.props.publisher, { outputPath: '$.Payload' });
    // With all that the execution was asked for: a correction that fails is not the run's failure.
    const record = this.invoke('RecordPublishFailure', this.props.failureRecorder, { resultPath: JsonPath.DISCARD });
    // The record is made; this last try fails the execution, and is what a redrive tries again. A Fail state would
    // only be entered again.
    const again = this.invoke('PublishAgain', this.props.publisher, { outputPath: '$.Payload' });
    publish.addCatch(record, { resultPath: '$.failure' });
    record.addCatch(again, { resultPath: JsonPath.DISCARD });
    record.next(again);
    again.next(outcome);
    publish.next(outcome);
    return publish;
  }

  private invoke(
    stateName: string,
    lambdaFunction: LarderFunction,
    io: {
      readonly payload?: object;
      readonly outputPath?: string;
      readonly resultPath?: string;
      readonly lambdaRetries?: LambdaRetries;
    },
  ): LambdaInvoke {
    const { payload, lambdaRetries = RUN_RETRIES, ...paths } = io;
    const task = new LambdaInvoke(this, stateName, {
      stateName,
      lambdaFunction,
      retryOnServiceExceptions: false,
      // Lambda says so when a function runs out of time: this is for an answer that is lost.
      taskTimeout: Timeout.duration(lambdaFunction.maxDuration.plus(ANSWER_MARGIN)),
      ...paths,
      ...(payload ? { payload: TaskInput.fromObject({ ...payload }) } : {}),
    });
    task.addRetry({ errors: PERMANENT, maxAttempts: 0 });
    task.addRetry({ errors: LAMBDA_ERRORS, ...lambdaRetries, jitterStrategy: JitterType.FULL });
    task.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(5),
      maxAttempts: 3,
      backoffRate: 2,
      maxDelay: Duration.seconds(60),
      jitterStrategy: JitterType.FULL,
    });
    return task;
  }
}
