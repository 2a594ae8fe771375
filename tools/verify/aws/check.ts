/** Asks AWS every question, and says where its answer is not what the interpreter says. */
import { awsAnswer, definitionProblems, NotSettled, type Client } from './aws-answer.ts';
import { interpreterAnswer } from './interpreter-answer.ts';
import { findState, QUESTIONS, type StateDefinition } from './questions.ts';

const ASKS_DEFINITION = 'Does the synthesized definition pass ValidateStateMachineDefinition?';

export interface Machine {
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/**
 * @param client undefined: there are no credentials, and nothing is asked
 * @param say takes a line of the report
 * @returns the exit code: 1 where AWS answered otherwise than the interpreter
 */
export async function checkOnAws(
  client: Client | undefined,
  definition: Machine,
  say: (line: string) => void,
): Promise<0 | 1> {
  if (!client) {
    const open = [ASKS_DEFINITION, ...QUESTIONS.map(({ asks }) => asks)].join(' ');
    say(`NOT CHECKED: no AWS credentials in the environment, so it stays unsettled: ${open}`);
    return 0;
  }
  const problems = await definitionProblems(client, definition);
  say(`${ASKS_DEFINITION}\n  AWS: ${problems.length === 0 ? 'yes' : problems.join('\n       ')}`);
  let code: 0 | 1 = problems.length === 0 ? 0 : 1;
  for (const question of QUESTIONS) {
    const state = findState(definition.States, question.state);
    const here = await interpreterAnswer(question, state);
    const there = await awsAnswer(client, question, state).catch((error: unknown) => {
      if (error instanceof NotSettled) return error;
      throw error;
    });
    say(`${question.asks}\n  AWS: ${there instanceof NotSettled ? `not settled: ${there.message}` : there}`);
    if (there instanceof NotSettled || there === here) continue;
    say(`  The interpreter says otherwise: it ${here}.`);
    code = 1;
  }
  return code;
}
