/** What AWS says, by the API that tests a state without a state machine: TestState with mocks, which needs no role. */
import {
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
  ValidationException,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { ENDS, type Mock, type Question, type StateDefinition } from './questions.ts';

/** AWS's API does not take the question: nothing is settled. */
export class NotSettled extends Error {}

export type Client = Pick<SFNClient, 'send'>;

/** @returns what is wrong with the definition, a line each; none where it is accepted */
export async function definitionProblems(client: Client, definition: object): Promise<string[]> {
  const answer = await client.send(
    new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition), type: 'STANDARD' }),
  );
  if (answer.result === 'OK') return [];
  return (answer.diagnostics ?? []).map(({ code, location, message }) =>
    `${location ?? ''} ${code}: ${message}`.trim(),
  );
}

/**
 * @returns how the state ends, in the words of {@link ENDS}
 * @throws {@link NotSettled} where the API refuses the question
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
 */
export async function awsAnswer(client: Client, { input, mock }: Question, state: StateDefinition): Promise<string> {
  const retries = retriesOf(state, mock);
  const answer = await client
    .send(
      new TestStateCommand({
        definition: JSON.stringify(state),
        input: JSON.stringify(input),
        context: JSON.stringify({ Task: { Token: 'token' }, Execution: { Name: 'run', Input: {} } }),
        mock: { ...mocked(mock), fieldValidationMode: 'NONE' },
        ...(retries === undefined ? {} : { stateConfiguration: { retrierRetryCount: retries } }),
      }),
    )
    .catch((error: unknown) => {
      if (error instanceof ValidationException) throw new NotSettled(error.message);
      throw error;
    });
  switch (answer.status) {
    case 'SUCCEEDED':
      return ENDS.onTo(answer.nextState);
    case 'CAUGHT_ERROR':
      return ENDS.caught(answer.nextState);
    case 'RETRIABLE':
      return 'is tried again';
    default:
      return ENDS.failed(answer.error);
  }
}

function mocked(mock: Mock) {
  return 'result' in mock ? { result: mock.result } : { errorOutput: mock.failure };
}

/** As many retries as the failure has: it is the last one's that is asked about. */
function retriesOf({ Retry = [] }: StateDefinition, mock: Mock): number | undefined {
  const error = 'failure' in mock ? mock.failure.error : undefined;
  const names = [error, 'States.ALL', 'States.TaskFailed'];
  const retrier =
    'failure' in mock && Retry.find(({ ErrorEquals }) => ErrorEquals.some((name) => names.includes(name)));
  return retrier ? (retrier.MaxAttempts ?? DEFAULT_MAX_ATTEMPTS) : undefined;
}

/** Of a retrier that does not say. */
const DEFAULT_MAX_ATTEMPTS = 3;
