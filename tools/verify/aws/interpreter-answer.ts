/** What the interpreter of the local stack says to a question: the same state, alone, in a machine of its own. */
import { StateMachine } from '../../local/asl/index.ts';
import { VirtualClock } from '../../local/aws/clock.ts';
import { ENDS, type Mock, type Question, type StateDefinition } from './questions.ts';

/** @returns how the state ends, in the words of {@link ENDS} */
export async function interpreterAnswer(
  { state: name, input, mock }: Question,
  state: StateDefinition,
): Promise<string> {
  const { Next, Catch = [] } = state;
  // A state of its own for what is caught, wherever the Catch leads.
  const caught = (next: string) => `${next} from Catch`;
  const iterations = state.ItemProcessor ? { ItemProcessor: iterationsFor(mock) } : {};
  const catchers = Catch.map((catcher) => ({ ...catcher, Next: caught(catcher.Next) }));
  const after = [...(Next === undefined ? [] : [Next]), ...catchers.map((catcher) => catcher.Next)];
  const definition = {
    StartAt: name,
    States: {
      [name]: { ...state, ...iterations, ...(catchers.length > 0 ? { Catch: catchers } : {}) },
      ...Object.fromEntries(after.map((next) => [next, { Type: 'Pass', End: true }])),
    },
  };
  const clock = new VirtualClock(0);
  const machine: StateMachine = new StateMachine(
    definition,
    {
      invokeLambda: () => Promise.resolve(lambdaAnswer(mock)),
      sendMessage: (_url, body) => {
        const { taskToken } = JSON.parse(body) as { taskToken: string };
        clock.schedule(1, () => void answer(machine, taskToken, mock));
        return Promise.resolve({ messageId: 'm' });
      },
    },
    { clock, random: () => 0.5, randomToken: () => 'token' },
  );
  await machine.start('question', input);
  await clock.runUntilIdle();
  const { status, error } = await machine.result('question');
  if (status !== 'SUCCEEDED') return ENDS.failed(error);
  const entered = machine
    .history('question')
    .flatMap(({ type, details }) => (type.endsWith('Entered') ? details.name : []));
  const catcher = Catch.find(({ Next: next }) => entered.includes(caught(next)));
  return catcher ? ENDS.caught(catcher.Next) : ENDS.onTo(Next);
}

function lambdaAnswer(mock: Mock) {
  if ('result' in mock) return { ok: true as const, payload: JSON.parse(mock.result) as unknown };
  const { error = '', cause = '' } = mock.failure;
  return { ok: false as const, error, message: cause };
}

function answer(machine: StateMachine, token: string, mock: Mock): Promise<void> {
  if ('result' in mock) return machine.succeed(token, JSON.parse(mock.result));
  return machine.fail(token, mock.failure.error, mock.failure.cause);
}

/** A Map's iterations cannot be mocked: these make the result, or one that is too large to be handed on. */
function iterationsFor(mock: Mock): object {
  const results = 'result' in mock ? (JSON.parse(mock.result) as unknown[]) : ['x'.repeat(200_000)];
  return {
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'Result',
    States: { Result: { Type: 'Pass', Result: results[0], End: true } },
  };
}
