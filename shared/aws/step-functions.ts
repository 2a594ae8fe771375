/** Step Functions: answering callback tasks, and executions of the run's state machine. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { cutText } from '../domain/errors.ts';
import { DeadTokenError, FAILURE_NAMES } from '../pipeline/errors.ts';
import type { Callbacks, Executions, ExecutionStatus } from '../pipeline/ports.ts';

/** SendTaskFailure's limits, in Unicode characters: a text of as many UTF-16 code units keeps them. */
const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

export class StepFunctionsCallbacks implements Callbacks {
  constructor(private readonly client: SFNClient) {}

  async succeed(taskToken: string, output: unknown): Promise<void> {
    await this.answer(() =>
      this.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
    );
  }

  async fail(taskToken: string, error: string, cause: string): Promise<void> {
    await this.answer(() =>
      this.client.send(
        new SendTaskFailureCommand({ taskToken, error: cutText(error, MAX_ERROR), cause: cutText(cause, MAX_CAUSE) }),
      ),
    );
  }

  async heartbeat(taskToken: string): Promise<void> {
    await this.answer(() => this.client.send(new SendTaskHeartbeatCommand({ taskToken })));
  }

  /** A closed token gives TaskTimedOut, a never-known one either of the others; emulators mix these up. */
  private async answer(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
        throw new DeadTokenError(error.name);
      }
      throw error;
    }
  }
}

export class StepFunctionsExecutions implements Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  /**
   * A name is never used for another input, so one that is there already is the execution that was asked for. The
   * service says so itself only while that runs.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
   */
  async start(name: string, input: unknown): Promise<void> {
    const { stateMachineArn } = this;
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  async stop(name: string, cause: string): Promise<void> {
    await this.client.send(
      new StopExecutionCommand({ executionArn: this.arn(name), error: FAILURE_NAMES.runCancelled, cause }),
    );
  }

  async status(name: string): Promise<ExecutionStatus> {
    try {
      const answer = await this.client.send(new DescribeExecutionCommand({ executionArn: this.arn(name) }));
      return answer.status === 'PENDING_REDRIVE' ? 'RUNNING' : (answer.status ?? 'UNKNOWN');
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'UNKNOWN';
      throw error;
    }
  }

  private arn(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}
