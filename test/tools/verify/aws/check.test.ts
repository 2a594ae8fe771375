import {
  TestStateCommand,
  ValidationException,
  type TestStateCommandInput,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import type { Client } from '../../../../tools/verify/aws/aws-answer.ts';
import { checkOnAws, type Machine } from '../../../../tools/verify/aws/check.ts';
import { interpreterAnswer } from '../../../../tools/verify/aws/interpreter-answer.ts';
import { findState, QUESTIONS } from '../../../../tools/verify/aws/questions.ts';
import { cachedTemplate } from '../../../../tools/local/cloudformation/cached-template.ts';
import { readTemplate } from '../../../../tools/local/cloudformation/template.ts';

// Where nothing is kept, the template is synthesized.
jest.setTimeout(60_000);

type Answer = Pick<TestStateCommandOutput, 'status' | 'nextState' | 'error'>;

let definition: Machine;
beforeAll(async () => {
  const template = await cachedTemplate();
  definition = readTemplate(template).stateMachine.definition as Machine;
});

/** The answers that AWS would give if it were as the interpreter, by question. */
async function asTheInterpreter(): Promise<Answer[]> {
  const answers = QUESTIONS.map((question) =>
    interpreterAnswer(question, findState(definition.States, question.state)),
  );
  return (await Promise.all(answers)).map((text) => {
    const [, caught, onTo, error] =
      /^catches it and goes on to (.*)$|^goes on to (.*)$|^fails with (.*)$/.exec(text) ?? [];
    if (caught) return { status: 'CAUGHT_ERROR', nextState: caught };
    if (onTo) return onTo === 'the end' ? { status: 'SUCCEEDED' } : { status: 'SUCCEEDED', nextState: onTo };
    return { status: 'FAILED', error };
  });
}

/** @param answers in the order of the questions; an error is thrown */
function clientOf(answers: readonly (Answer | Error)[], result: 'OK' | 'FAIL' = 'OK') {
  const asked: TestStateCommandInput[] = [];
  const send = (command: unknown) => {
    if (!(command instanceof TestStateCommand))
      return Promise.resolve({ result, diagnostics: [{ code: 'BAD', message: 'wrong', location: '/States/Weeks' }] });
    const answer = answers[asked.push(command.input) - 1];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, client: { send } as unknown as Client };
}

async function reportOf(client: Client | undefined) {
  const lines: string[] = [];
  const code = await checkOnAws(client, definition, (line) => lines.push(line));
  return { code, lines };
}

describe('npm run test:aws', () => {
  it('says in one line what stays unsettled where there are no credentials', async () => {
    const { code, lines } = await reportOf(undefined);
    expect(code).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^NOT CHECKED: no AWS credentials in the environment/)]);
    for (const { asks } of QUESTIONS) expect(lines[0]).toContain(asks);
  });

  it('asks of each state with a mock, a context and its retries used up', async () => {
    const { asked, client } = clientOf(await asTheInterpreter());
    const { code, lines } = await reportOf(client);
    expect(code).toBe(0);
    expect(lines).toHaveLength(QUESTIONS.length + 1);
    expect(asked).toHaveLength(QUESTIONS.length);
    const throttled = asked.find(({ mock }) => mock?.errorOutput?.error === 'Lambda.TooManyRequestsException');
    // As often as RecordWeekFailure tries a call that Lambda turns away.
    expect(throttled?.stateConfiguration?.retrierRetryCount).toBe(3);
    expect(JSON.parse(asked[0].context ?? '{}')).toMatchObject({ Task: { Token: 'token' } });
    expect(asked.map(({ mock }) => mock?.result)).toEqual(expect.arrayContaining(['{}', '"x"', '5']));
    // More bytes than a state may hand on, in as many characters as the API takes.
    const { result = '' } = asked.at(-1)?.mock ?? {};
    expect(Buffer.byteLength(result)).toBeGreaterThan(262_144);
    expect(result.length).toBeLessThan(262_144);
  });

  it('fails where AWS answers otherwise than the interpreter, and says how', async () => {
    const answers = await asTheInterpreter();
    answers[1] = { status: 'FAILED', error: 'States.Runtime' };
    const { code, lines } = await reportOf(clientOf(answers).client);
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain(
      'Does a callback task take {} for an answer?\n  AWS: fails with States.Runtime\n' +
        '  The interpreter says otherwise: it goes on to SimulateOrders.',
    );
  });

  it('fails where AWS refuses the definition', async () => {
    const { code, lines } = await reportOf(clientOf(await asTheInterpreter(), 'FAIL').client);
    expect(code).toBe(1);
    expect(lines[0]).toContain('/States/Weeks BAD: wrong');
  });

  it('settles nothing where the API does not take the question, and hides no other error', async () => {
    const answers: (Answer | Error)[] = await asTheInterpreter();
    answers[0] = new ValidationException({ message: 'errorOutput.error is required', $metadata: {} });
    const { code, lines } = await reportOf(clientOf(answers).client);
    expect(code).toBe(0);
    expect(lines[1]).toContain('AWS: not settled: errorOutput.error is required');
    answers[0] = new Error('AccessDenied');
    await expect(reportOf(clientOf(answers).client)).rejects.toThrow('AccessDenied');
  });
});

describe('what the interpreter says today', () => {
  it('keeps every rare answer and failure inside its week, or has the run published', async () => {
    const said = QUESTIONS.map(async (question) => [
      question.asks,
      await interpreterAnswer(question, findState(definition.States, question.state)),
    ]);
    expect(Object.fromEntries(await Promise.all(said))).toEqual({
      'Does the Catch of a callback task take a failure without an error name?':
        'catches it and goes on to RecordWeekFailure',
      'Does a callback task take {} for an answer?': 'goes on to SimulateOrders',
      'Does a callback task take "x" for an answer?': 'goes on to SimulateOrders',
      'Does a callback task take 5 for an answer?': 'goes on to SimulateOrders',
      'Does the Catch of a callback task take States.DataLimitExceeded?': 'catches it and goes on to RecordWeekFailure',
      'Does the Catch of RecordWeekFailure take Lambda.TooManyRequestsException, when its retries are used up?':
        'catches it and goes on to WeekNotRecorded',
      'Does the Catch of the Map take States.DataLimitExceeded?': 'catches it and goes on to Publish',
      "Is the Map's result counted against 262,144 bytes before its ResultPath null drops it?":
        'catches it and goes on to Publish',
    });
  });
});
