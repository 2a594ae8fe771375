import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
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
  JsonPath,
  LogLevel,
  Map as MapState,
  ResultWriterV2,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { PERMANENT_ERRORS } from '../shared/pipeline/errors.ts';
import type { LarderConfig } from './config.ts';
import type { WeekStage } from './stage/week-stage.ts';

export interface WorkflowProps {
  readonly configurator: IFunction;
  readonly publisher: IFunction;
  readonly failureRecorder: IFunction;
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
 * The run:
 *
 *     Request ─► Configure ─► Weeks (Map: each week through its stages) ─► Publish ─► Outcome
 *        └ a correction ──────────────────────────────────────────────────────────────────────┘
 *
 * A week that fails is caught inside its iteration, so its siblings go on.
 */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowProps,
  ) {
    super(scope, id);
    const publish = this.publish();
    const run = this.configure().next(this.weeks()).next(publish);
    const request = new Choice(this, 'Request', { stateName: 'Request' })
      .when(Condition.isPresent('$.correction'), publish)
      .otherwise(run);
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

  private configure(): LambdaInvoke {
    return this.invoke('Configure', this.props.configurator, {
      payload: {
        runId: JsonPath.stringAt('$$.Execution.Name'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
        settings: JsonPath.objectAt('$'),
      },
      outputPath: '$.Payload',
    });
  }

  private weeks(): MapState | DistributedMap {
    const record = this.invoke('RecordWeekFailure', this.props.failureRecorder, {
      payload: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$.week'),
        attempt: JsonPath.numberAt('$.result.attempt'),
        failure: JsonPath.objectAt('$.failure'),
      },
      resultPath: JsonPath.DISCARD,
    });
    const [first, ...others] = this.props.stages.map(({ state }) =>
      state.addCatch(record, { resultPath: '$.failure' }),
    );
    const iteration = others.reduce((chain, state) => chain.next(state), Chain.start(first));
    const map = {
      stateName: 'Weeks',
      itemsPath: '$.weeks',
      maxConcurrencyPath: '$.maxConcurrency',
      itemSelector: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$$.Map.Item.Value'),
        result: { attempt: 1 },
      },
      resultPath: JsonPath.DISCARD,
    };
    if (this.props.mapMode === 'inline') return new MapState(this, 'Weeks', map).itemProcessor(iteration);
    return new DistributedMap(this, 'Weeks', {
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
    }).itemProcessor(iteration);
  }

  private publish(): IChainable {
    const failed = new Fail(this, 'RunFailed', {
      stateName: 'RunFailed',
      error: 'RunFailed',
      cause: 'No week could be published; the status table says why.',
    });
    // With all that the execution was asked for: a correction that fails is not the run's failure.
    const record = this.invoke('RecordRunFailure', this.props.failureRecorder, { resultPath: JsonPath.DISCARD });
    const outcome = new Choice(this, 'Outcome', { stateName: 'Outcome' })
      .when(Condition.stringEquals('$.status', 'FAILED'), failed)
      .otherwise(new Succeed(this, 'RunPublished', { stateName: 'RunPublished' }));
    const publish = this.invoke('Publish', this.props.publisher, { outputPath: '$.Payload' });
    publish.addCatch(record.next(failed), { resultPath: '$.failure' });
    return publish.next(outcome);
  }

  private invoke(
    stateName: string,
    lambdaFunction: IFunction,
    io: { readonly payload?: object; readonly outputPath?: string; readonly resultPath?: string },
  ): LambdaInvoke {
    const { payload, ...paths } = io;
    const task = new LambdaInvoke(this, stateName, {
      stateName,
      lambdaFunction,
      // Adds a retry of Lambda's own passing faults.
      retryOnServiceExceptions: true,
      taskTimeout: Timeout.duration(Duration.minutes(16)),
      ...paths,
      ...(payload ? { payload: TaskInput.fromObject({ ...payload }) } : {}),
    });
    task.addRetry({ errors: PERMANENT, maxAttempts: 0 });
    task.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(5), maxAttempts: 3, backoffRate: 2 });
    return task;
  }
}
