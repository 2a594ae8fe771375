import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { byStage, nextStage, STAGE_CATALOGUE, STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import type { LarderConfig } from '../config.ts';
import { ONE_CPU_MB, SMALL_MB, type Functions } from '../functions/functions.ts';
import { allowDescribeExecutions } from '../functions/executions.ts';
import type { LarderFunction } from '../functions/larder-function.ts';
import type { Storage } from '../storage.ts';
import type { StageTiming } from './stage-timing.ts';
import { DEAD_LETTER_CONCURRENCY, type WeekStage } from './week-stage.ts';

/** What a stage's worker gets that the others do not. */
interface WorkerSettings {
  readonly memoryMb: number;
  /** Whether it may read the input files. */
  readonly readsInputs: boolean;
}

const SETTINGS: Readonly<Record<Stage, WorkerSettings>> = {
  extract: { memoryMb: ONE_CPU_MB, readsInputs: true },
  simulate: { memoryMb: ONE_CPU_MB, readsInputs: false },
  // A replay of the forecast alone reads the caps again.
  forecast: { memoryMb: ONE_CPU_MB, readsInputs: true },
};

export interface WorkersProps {
  readonly config: LarderConfig;
  readonly timing: StageTiming;
  readonly storage: Storage;
  readonly stages: Readonly<Record<Stage, WeekStage>>;
  readonly functions: Functions;
  readonly stateMachine: StateMachine;
}

/** The stages' workers and the dead-letter consumer, fed from the stages' queues. The state machine calls none of them. */
export class Workers {
  readonly byStage: Readonly<Record<Stage, LarderFunction>>;
  readonly deadLetter: LarderFunction;

  constructor(private readonly props: WorkersProps) {
    const { config, stages } = props;
    this.byStage = byStage((stage) => this.worker(stage));
    this.deadLetter = this.answerer('DeadLetter', 'dead-letter', {
      memoryMb: SMALL_MB,
      concurrency: STAGES.length * DEAD_LETTER_CONCURRENCY,
      timeoutSeconds: props.timing.deadLetterFunctionSeconds,
    });
    for (const stage of STAGES) this.allowNextMessage(this.deadLetter, stage);
    for (const stage of STAGES) stages[stage].connect(this.byStage[stage], this.deadLetter, config.stageConcurrency);
  }

  private worker(stage: Stage): LarderFunction {
    const { config, storage, timing } = this.props;
    const { functionId, folder } = STAGE_CATALOGUE[stage];
    const { memoryMb, readsInputs } = SETTINGS[stage];
    const lambda = this.answerer(functionId, folder, {
      memoryMb,
      concurrency: config.stageConcurrency,
      timeoutSeconds: timing.functionTimeoutSeconds,
    });
    lambda.allow(['states:SendTaskHeartbeat'], ...this.tasks(lambda));
    // Whether a token not seen before may be of a redriven execution.
    allowDescribeExecutions(lambda, this.props.stateMachine);
    storage.allowRead(lambda, 'artifacts');
    storage.allowWrite(lambda, 'artifacts');
    if (readsInputs) storage.allowRead(lambda, 'inputs');
    this.allowNextMessage(lambda, stage);
    return lambda;
  }

  /** A function that answers tasks. */
  private answerer(
    id: string,
    folder: string,
    size: { readonly memoryMb: number; readonly concurrency: number; readonly timeoutSeconds: number },
  ): LarderFunction {
    const { functions, stages, stateMachine, storage } = this.props;
    const { timeoutSeconds, ...settings } = size;
    const urlOf = (stage: Stage) => [STAGE_CATALOGUE[stage].queueVariable, stages[stage].queue.queueUrl] as const;
    const lambda = functions.make(id, folder, {
      environment: {
        BUCKET_NAME: storage.bucket.bucketName,
        STATE_MACHINE_ARN: stateMachine.stateMachineArn,
        ...Object.fromEntries(STAGES.map(urlOf)),
      },
      timeout: Duration.seconds(timeoutSeconds),
      ...settings,
    });
    storage.allowWrite(lambda, 'dead-letters');
    lambda.allow(['states:SendTaskSuccess', 'states:SendTaskFailure'], ...this.tasks(lambda));
    // A replay whose token is dead asks the Publisher for the next revision by itself.
    lambda.allow(['states:StartExecution'], stateMachine.stateMachineArn);
    return lambda;
  }

  /** A detached message is passed on to the stage after its own. */
  private allowNextMessage(lambda: LarderFunction, stage: Stage): void {
    const next = nextStage(stage);
    if (next) lambda.allow(['sqs:SendMessage'], this.props.stages[next].queue.queueArn);
  }

  /** Whose tasks may be answered: the state machine's, and those of the children of its Distributed Map. */
  private tasks(lambda: LarderFunction): string[] {
    const { stateMachineArn: arn } = this.props.stateMachine;
    if (this.props.config.mapMode === 'inline') return [arn];
    const { 'Fn::GetAtt': _, ...reference } = Stack.of(lambda).resolve(arn) as Record<string, string>;
    Validations.of(lambda).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${reference.Ref}>/*]`,
      reason: 'The children of a Distributed Map run under names that Step Functions makes.',
    });
    return [arn, `${arn}/*`];
  }
}
