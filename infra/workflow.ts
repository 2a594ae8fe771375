import { Duration } from 'aws-cdk-lib/core';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  Map as MapState,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { WeekStage } from './week-stage';

export interface WorkflowProps {
  readonly configurator: IFunction;
  readonly publisher: IFunction;
  readonly failureRecorder: IFunction;
  /** In the order in which a week goes through them. */
  readonly stages: readonly [WeekStage, WeekStage, WeekStage];
}

/** What no retry can mend: the names of PermanentError's classes. All else may go well the next time. */
const PERMANENT = ['PermanentError', 'InputRefused', 'MessageRefused', 'RunCancelled', 'NotFoundError'];

/**
 * The run:
 *
 *     Request ─► Configure ─► Weeks (Map: ExtractData ─► SimulateOrders ─► ForecastSites) ─► Publish ─► Outcome
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

  private weeks(): MapState {
    const [extract, simulate, forecast] = this.props.stages;
    const record = this.invoke('RecordWeekFailure', this.props.failureRecorder, {
      payload: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$.week'),
        failure: JsonPath.objectAt('$.failure'),
      },
      resultPath: JsonPath.DISCARD,
    });
    for (const { state } of this.props.stages) state.addCatch(record, { resultPath: '$.failure' });
    return new MapState(this, 'Weeks', {
      stateName: 'Weeks',
      itemsPath: '$.weeks',
      maxConcurrencyPath: '$.maxConcurrency',
      itemSelector: {
        runId: JsonPath.stringAt('$.runId'),
        week: JsonPath.stringAt('$$.Map.Item.Value'),
      },
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(extract.state.next(simulate.state).next(forecast.state));
  }

  private publish(): IChainable {
    const failed = new Fail(this, 'RunFailed', {
      stateName: 'RunFailed',
      error: 'RunFailed',
      cause: 'No week could be published; the status table says why.',
    });
    const record = this.invoke('RecordRunFailure', this.props.failureRecorder, {
      payload: { runId: JsonPath.stringAt('$.runId'), failure: JsonPath.objectAt('$.failure') },
      resultPath: JsonPath.DISCARD,
    });
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
