import { Duration, Validations, type Stack } from 'aws-cdk-lib/core';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { allowDescribeExecutions } from './executions.ts';
import { SMALL_MB, type Functions } from './functions.ts';
import type { LarderFunction } from './larder-function.ts';
import { SWEEP_MINUTES } from '../stage/stage-timing.ts';

/** Looks after what nothing else would notice: EventBridge's own status events are best effort. */
export class Sweeper {
  readonly function: LarderFunction;

  constructor(stack: Stack, functions: Functions, stateMachine: StateMachine) {
    this.function = functions.make('Sweeper', 'sweeper', {
      environment: { STATE_MACHINE_ARN: stateMachine.stateMachineArn, ...functions.expected },
      timeout: Duration.seconds(60),
      memoryMb: SMALL_MB,
    });
    functions.allowRuns(this.function);
    allowDescribeExecutions(this.function, stateMachine);
    const role = new Role(stack, 'SweeperScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    new Schedule(stack, 'SweeperSchedule', {
      description: 'Larder: looks for runs that died and forecasts that are overdue',
      schedule: ScheduleExpression.rate(Duration.minutes(SWEEP_MINUTES)),
      // A sweep that comes late is made up for by the next.
      target: new LambdaInvoke(this.function, { role, maxEventAge: Duration.minutes(SWEEP_MINUTES) }),
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(this.function.node.defaultChild as CfnFunction)}.Arn>:*]`,
      reason: "CDK allows a function's versions together with it; it has none but the newest.",
    });
  }
}
