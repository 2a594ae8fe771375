import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { LarderFunction } from './larder-function.ts';

/** Lets a function ask how any of the state machine's executions stands; it can change none by that. */
export function allowDescribeExecutions(lambda: LarderFunction, stateMachine: StateMachine): void {
  const stack = Stack.of(lambda);
  const executions = stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  lambda.allow(['states:DescribeExecution'], executions);
  lambda.acknowledge(
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${stack.getLogicalId(stateMachine.node.defaultChild as CfnStateMachine)}.Name>:*]`,
    "Executions are named by run; it asks how any of this state machine's stands, and can change none.",
  );
}
